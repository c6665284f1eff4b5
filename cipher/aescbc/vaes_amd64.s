//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// Each of the registers has four blocks.

#define KEY Z8
#define CHAIN Z9 // its highest block is the ciphertext before what comes next

// func decryptVAES(dst, src *byte, n int, keys *schedule, iv *block)
TEXT ·decryptVAES(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ keys+24(FP), BX
	MOVQ iv+32(FP), R8

	MOVQ            schedule_rounds(BX), DX
	SHLQ            $4, DX
	VBROADCASTI32X4 (R8), CHAIN
	VMOVDQU         -16(SI)(CX*1), X10

group:
	// K1 to K4 have a bit for each 8 of the 256 octets, or of as many as are left.
	MOVL     $256, R9
	CMPQ     CX, R9
	CMOVQCS  CX, R9
	SHRQ     $3, R9
	MOVL     $-1, R10
	BZHIL    R9, R10, R10
	KMOVD    R10, K1
	KSHIFTRD $8, K1, K2
	KSHIFTRD $16, K1, K3
	KSHIFTRD $24, K1, K4

	VMOVDQU64.Z     0(SI), K1, Z4
	VMOVDQU64.Z     64(SI), K2, Z5
	VMOVDQU64.Z     128(SI), K3, Z6
	VMOVDQU64.Z     192(SI), K4, Z7
	VBROADCASTI32X4 (BX), KEY
	VPXORQ          KEY, Z4, Z0
	VPXORQ          KEY, Z5, Z1
	VPXORQ          KEY, Z6, Z2
	VPXORQ          KEY, Z7, Z3
	MOVQ            $16, AX

round:
	VBROADCASTI32X4 (BX)(AX*1), KEY
	VAESDEC         KEY, Z0, Z0
	VAESDEC         KEY, Z1, Z1
	VAESDEC         KEY, Z2, Z2
	VAESDEC         KEY, Z3, Z3
	ADDQ            $16, AX
	CMPQ            AX, DX
	JB              round

	VBROADCASTI32X4 (BX)(AX*1), KEY
	VAESDECLAST     KEY, Z0, Z0
	VAESDECLAST     KEY, Z1, Z1
	VAESDECLAST     KEY, Z2, Z2
	VAESDECLAST     KEY, Z3, Z3

	VALIGNQ   $6, CHAIN, Z4, CHAIN
	VPXORQ    CHAIN, Z0, Z0
	VALIGNQ   $6, Z4, Z5, Z4
	VPXORQ    Z4, Z1, Z1
	VALIGNQ   $6, Z5, Z6, Z5
	VPXORQ    Z5, Z2, Z2
	VALIGNQ   $6, Z6, Z7, Z6
	VPXORQ    Z6, Z3, Z3
	VMOVDQA64 Z7, CHAIN

	VMOVDQU64 Z0, K1, 0(DI)
	VMOVDQU64 Z1, K2, 64(DI)
	VMOVDQU64 Z2, K3, 128(DI)
	VMOVDQU64 Z3, K4, 192(DI)
	ADDQ      $256, SI
	ADDQ      $256, DI
	SUBQ      $256, CX
	JHI       group

	VMOVDQU    X10, (R8)
	VZEROUPPER
	RET
