//go:build !windows

#include "textflag.h"

// invoke calls the C function of a frame. The runtime calls it with the C calling
// convention, on a stack that is large enough for C, with the frame's address in DI.
//
// The first six arguments go into registers and up to ten more onto the stack, the
// first of them lowest. The size of our part of the stack is a multiple of 16, so that
// the stack is aligned as C demands it.
TEXT invoke<>(SB), NOSPLIT, $96-0
	MOVQ DI, 88(SP)
	MOVQ DI, R11
	CMPQ 144(R11), $6
	JLE  registers

	MOVQ 56(R11), R10
	MOVQ R10, 0(SP)
	MOVQ 64(R11), R10
	MOVQ R10, 8(SP)
	MOVQ 72(R11), R10
	MOVQ R10, 16(SP)
	MOVQ 80(R11), R10
	MOVQ R10, 24(SP)
	MOVQ 88(R11), R10
	MOVQ R10, 32(SP)
	MOVQ 96(R11), R10
	MOVQ R10, 40(SP)
	MOVQ 104(R11), R10
	MOVQ R10, 48(SP)
	MOVQ 112(R11), R10
	MOVQ R10, 56(SP)
	MOVQ 120(R11), R10
	MOVQ R10, 64(SP)
	MOVQ 128(R11), R10
	MOVQ R10, 72(SP)

registers:
	MOVQ 8(R11), DI
	MOVQ 16(R11), SI
	MOVQ 24(R11), DX
	MOVQ 32(R11), CX
	MOVQ 40(R11), R8
	MOVQ 48(R11), R9
	XORL AX, AX // of a function with variable arguments: none is a floating-point number
	MOVQ 0(R11), R10
	CALL R10

	MOVQ 88(SP), R11
	MOVQ AX, 136(R11)
	XORL AX, AX
	RET

DATA ·invokeAddress(SB)/8, $invoke<>(SB)
GLOBL ·invokeAddress(SB), NOPTR|RODATA, $8
