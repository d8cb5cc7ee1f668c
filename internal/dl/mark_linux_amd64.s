#include "textflag.h"

// threadEnds is what the C library calls at the end of a thread that has a mark.
GLOBL ·threadEndsABI0(SB), NOPTR|RODATA, $8
DATA ·threadEndsABI0(SB)/8, $threadEnds(SB)
TEXT threadEnds(SB), NOSPLIT|NOFRAME, $0
	LOCK
	INCQ ·endedThreads(SB)
	RET

// func thread() uintptr
//
// C's thread pointer points to itself.
TEXT ·thread(SB), NOSPLIT, $0-8
	MOVQ 0(FS), AX
	MOVQ AX, ret+0(FP)
	RET
