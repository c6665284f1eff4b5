//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// One block by itself waits for the result of each round; beside it there is room for seven others.

// EIGHT applies an instruction to each of the eight blocks.
#define EIGHT(instruction, x) \
	instruction x, X0; \
	instruction x, X1; \
	instruction x, X2; \
	instruction x, X3; \
	instruction x, X4; \
	instruction x, X5; \
	instruction x, X6; \
	instruction x, X7

#define KEY X8
#define CHAIN X9 // the block of ciphertext before one

// func decryptAESNI(dst, src *byte, n int, keys *schedule, iv *block)
TEXT ·decryptAESNI(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ keys+24(FP), BX
	MOVQ iv+32(FP), R8

	MOVQ  schedule_rounds(BX), DX
	SHLQ  $4, DX
	MOVOU (R8), CHAIN

group:
	MOVOU 0(SI), X0
	MOVOU 16(SI), X1
	MOVOU 32(SI), X2
	MOVOU 48(SI), X3
	MOVOU 64(SI), X4
	MOVOU 80(SI), X5
	MOVOU 96(SI), X6
	MOVOU 112(SI), X7
	MOVOU (BX), KEY
	EIGHT(PXOR, KEY)
	MOVQ  $16, AX

round:
	MOVOU (BX)(AX*1), KEY
	EIGHT(AESDEC, KEY)
	ADDQ  $16, AX
	CMPQ  AX, DX
	JB    round

	MOVOU (BX)(AX*1), KEY
	EIGHT(AESDECLAST, KEY)

	PXOR  CHAIN, X0
	MOVOU 0(SI), CHAIN
	PXOR  CHAIN, X1
	MOVOU 16(SI), CHAIN
	PXOR  CHAIN, X2
	MOVOU 32(SI), CHAIN
	PXOR  CHAIN, X3
	MOVOU 48(SI), CHAIN
	PXOR  CHAIN, X4
	MOVOU 64(SI), CHAIN
	PXOR  CHAIN, X5
	MOVOU 80(SI), CHAIN
	PXOR  CHAIN, X6
	MOVOU 96(SI), CHAIN
	PXOR  CHAIN, X7
	MOVOU 112(SI), CHAIN

	MOVOU X0, 0(DI)
	MOVOU X1, 16(DI)
	MOVOU X2, 32(DI)
	MOVOU X3, 48(DI)
	MOVOU X4, 64(DI)
	MOVOU X5, 80(DI)
	MOVOU X6, 96(DI)
	MOVOU X7, 112(DI)
	ADDQ  $128, SI
	ADDQ  $128, DI
	SUBQ  $128, CX
	JNZ   group

	MOVOU CHAIN, (R8)
	RET
