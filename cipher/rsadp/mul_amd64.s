//go:build !purego

#include "textflag.h"

// Each of the two products has, as the parameters of the macros:
//
//	a0 a1 a2  the sum so far
//	t0 t1 t2  what will be added once the sum has moved down by a limb
//	x0 x1 x2  the first factor
//	n0 n1 n2  the modulus
//	y         the current limb of the second factor, in every lane
//	s         the lowest limb of the sum, in every lane
//	f         what times the modulus makes that limb 0, in every lane
//
// Multiplications take the lower 52 bits of each lane of their factors and add the lower or the higher 52
// bits of the products, so that lanes have room for all that is added to them before END cuts them to
// 52 bits. One product by itself waits for its own results most of the time; beside it there is room for
// the other.

#define MASK Z30       // 2^52 - 1 in every lane
#define SECOND Z31     // 1 in every lane, the number of the second one
#define LOWEST K1      // the lowest lane
#define NOTHIGHEST K2  // all lanes but the highest
#define NOTLOWEST K3   // all lanes but the lowest

// BEGIN reads the factors and the modulus, and adds x times the lowest limb of y.
#define BEGIN(px, py, pn, a0low, a0, a1, a2, x0, x1, x2, n0, n1, n2, y, s) \
	VMOVDQU64    0(px), x0;   \
	VMOVDQU64    64(px), x1;  \
	VMOVDQU64    128(px), x2; \
	VMOVDQU64    0(pn), n0;   \
	VMOVDQU64    64(pn), n1;  \
	VMOVDQU64    128(pn), n2; \
	VPBROADCASTQ 0(py), y;    \
	VPXORQ       a0, a0, a0;  \
	VPXORQ       a1, a1, a1;  \
	VPXORQ       a2, a2, a2;  \
	VPMADD52LUQ  x0, y, a0;   \
	VPMADD52LUQ  x1, y, a1;   \
	VPMADD52LUQ  x2, y, a2;   \
	VPBROADCASTQ a0low, s

// STEP adds f times the modulus, moves the sum down by the limb that is 0 then, and adds the high
// halves of x times the current limb of y and the low halves of x times the next one.
//
// What limits the speed is the way from one s to the next, and so two things are taken from it. That limb
// carries s / 2^52 rounded up into the next one, which s tells before f is known. And the next s is
// summed up from the two lanes that it comes from, beside the move.
#define STEP(ynext, inverse, t0low, a0, a1, a2, t0, t1, t2, x0, x1, x2, n0, n1, n2, y, s, f) \
	VPXORQ           f, f, f;             \
	VPMADD52LUQ.BCST inverse, s, f;       \
	VPXORQ           t0, t0, t0;          \
	VPXORQ           t1, t1, t1;          \
	VPXORQ           t2, t2, t2;          \
	VPMADD52HUQ      x0, y, t0;           \
	VPMADD52HUQ      x1, y, t1;           \
	VPMADD52HUQ      x2, y, t2;           \
	VPBROADCASTQ     ynext, y;            \
	VPMADD52LUQ      x0, y, t0;           \
	VPMADD52LUQ      x1, y, t1;           \
	VPMADD52LUQ      x2, y, t2;           \
	VPADDQ           MASK, s, s;          \
	VPSRLQ.Z         $52, s, LOWEST, s;   \
	VPADDQ           s, t0, t0;           \
	VPMADD52LUQ      n0, f, a0;           \
	VPMADD52HUQ      n0, f, t0;           \
	VPMADD52LUQ      n1, f, a1;           \
	VPMADD52HUQ      n1, f, t1;           \
	VPMADD52LUQ      n2, f, a2;           \
	VPMADD52HUQ      n2, f, t2;           \
	VPERMQ           a0, SECOND, s;       \
	VPBROADCASTQ     t0low, f;            \
	VPADDQ           f, s, s;             \
	VALIGNQ          $1, a0, a1, a0;      \
	VALIGNQ          $1, a1, a2, a1;      \
	VALIGNQ.Z        $1, a2, a2, NOTHIGHEST, a2; \
	VPADDQ           t0, a0, a0;          \
	VPADDQ           t1, a1, a1;          \
	VPADDQ           t2, a2, a2

// BITS sets bits to what the comparison says of each of the 24 lanes.
#define BITS(comparison, a0, a1, a2, bits, b1, b2) \
	VPCMPUQ comparison, MASK, a0, K4; \
	VPCMPUQ comparison, MASK, a1, K5; \
	VPCMPUQ comparison, MASK, a2, K6; \
	KMOVB   K4, bits; \
	KMOVB   K5, b1;   \
	KMOVB   K6, b2;   \
	SHLQ    $8, b1;   \
	SHLQ    $16, b2;  \
	ORQ     b1, bits; \
	ORQ     b2, bits

// END carries what lanes have above 52 bits into the next ones, and writes the sum. After one round a
// lane carries 1 if it is above MASK, and hands on a carry that comes into it if it is MASK. With a bit
// for each lane, adding the former, moved up by one, to the latter flips those that a carry comes into.
#define END(pz, a0, a1, a2, t0, t1, t2) \
	VPSRLQ    $52, a0, t0;   \
	VPSRLQ    $52, a1, t1;   \
	VPSRLQ    $52, a2, t2;   \
	VPANDQ    MASK, a0, a0;  \
	VPANDQ    MASK, a1, a1;  \
	VPANDQ    MASK, a2, a2;  \
	VALIGNQ   $7, t1, t2, t2; \
	VALIGNQ   $7, t0, t1, t1; \
	VALIGNQ.Z $7, t0, t0, NOTLOWEST, t0; \
	VPADDQ    t0, a0, a0;    \
	VPADDQ    t1, a1, a1;    \
	VPADDQ    t2, a2, a2;    \
	BITS($6, a0, a1, a2, R10, R11, R12); \
	BITS($0, a0, a1, a2, R13, R11, R12); \
	LEAQ      (R13)(R10*2), R10; \
	XORQ      R13, R10;      \
	KMOVB     R10, K4;       \
	SHRQ      $8, R10;       \
	KMOVB     R10, K5;       \
	SHRQ      $8, R10;       \
	KMOVB     R10, K6;       \
	VPSUBQ    MASK, a0, K4, a0; \
	VPSUBQ    MASK, a1, K5, a1; \
	VPSUBQ    MASK, a2, K6, a2; \
	VPANDQ    MASK, a0, a0;  \
	VPANDQ    MASK, a1, a1;  \
	VPANDQ    MASK, a2, a2;  \
	VMOVDQU64 a0, 0(pz);     \
	VMOVDQU64 a1, 64(pz);    \
	VMOVDQU64 a2, 128(pz)

// func mul(z, x *pair, yp, yq *number, m *moduli)
TEXT ·mul(SB), NOSPLIT, $0-40
	MOVQ z+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ yp+16(FP), R8
	MOVQ yq+24(FP), R9
	MOVQ m+32(FP), BX
	LEAQ 192(DI), DX
	LEAQ 192(SI), AX
	LEAQ 192(BX), CX

	VPTERNLOGQ $0xff, MASK, MASK, MASK
	VPSRLQ     $12, MASK, MASK
	VPSRLQ     $51, MASK, SECOND

	BEGIN(SI, R8, BX, X0, Z0, Z1, Z2, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13)
	BEGIN(AX, R9, CX, X15, Z15, Z16, Z17, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28)

	MOVL  $1, AX
	KMOVB AX, LOWEST
	KNOTB LOWEST, NOTLOWEST
	MOVL  $0x7f, AX
	KMOVB AX, NOTHIGHEST

	// After the 20 limbs of y comes a lane that is 0.
	MOVL $20, AX
step:
	STEP(8(R8), 384(BX), X3, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14)
	STEP(8(R9), 392(BX), X18, Z15, Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29)
	ADDQ $8, R8
	ADDQ $8, R9
	DECL AX
	JNZ  step

	END(DI, Z0, Z1, Z2, Z3, Z4, Z5)
	END(DX, Z15, Z16, Z17, Z18, Z19, Z20)
	VZEROUPPER
	RET
