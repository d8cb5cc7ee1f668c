//go:build linux

#include "textflag.h"

// Each entry jumps to the function that contexts holds for it, as a call of a
// closure does: DX is the closure, its first word the code.
#define ENTRY(n) MOVQ ·contexts+((n)*8)(SB), DX; MOVQ (DX), R12; JMP R12;
#define ENTRY8(n) ENTRY(n+0) ENTRY(n+1) ENTRY(n+2) ENTRY(n+3) ENTRY(n+4) ENTRY(n+5) ENTRY(n+6) ENTRY(n+7)
#define ENTRY64(n) ENTRY8(n+0) ENTRY8(n+8) ENTRY8(n+16) ENTRY8(n+24) ENTRY8(n+32) ENTRY8(n+40) ENTRY8(n+48) ENTRY8(n+56)
#define ENTRY512(n) ENTRY64(n+0) ENTRY64(n+64) ENTRY64(n+128) ENTRY64(n+192) ENTRY64(n+256) ENTRY64(n+320) ENTRY64(n+384) ENTRY64(n+448)

#define ENTRY4096(n) ENTRY512(n+0) ENTRY512(n+512) ENTRY512(n+1024) ENTRY512(n+1536) ENTRY512(n+2048) ENTRY512(n+2560) ENTRY512(n+3072) ENTRY512(n+3584)

#define ENTRY16384(n) ENTRY4096(n+0) ENTRY4096(n+4096) ENTRY4096(n+8192) ENTRY4096(n+12288)

TEXT ·table(SB), NOSPLIT|NOFRAME, $0-0
	ENTRY16384(0)
	ENTRY16384(16384)
	ENTRY16384(32768)
	ENTRY16384(49152)
	RET

// func tableStart() unsafe.Pointer
TEXT ·tableStart(SB), NOSPLIT, $0-8
	LEAQ ·table(SB), AX
	MOVQ AX, ret+0(FP)
	RET
