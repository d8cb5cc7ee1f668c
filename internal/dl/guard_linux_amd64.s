#include "textflag.h"
#include "go_asm.h"

// The frame of guardedX: what is needed to return to its caller from anywhere.
#define FRAME    168
#define CALL_PTR 80  // of the call; the arguments beyond the sixth are below
#define OUTER_SP 88  // the call on hold, if a callback has made this one
#define OUTER_TP 96
#define SAVE_BP  104
#define SAVE_BX  112
#define SAVE_R12 120
#define SAVE_R13 128
#define SAVE_R14 136
#define SAVE_R15 144
#define SAVE_MX  152

// Offsets in the kernel's ucontext and siginfo.
#define UC_R12   72
#define UC_R13   80
#define UC_R14   88
#define UC_R15   96
#define UC_BP    120
#define UC_BX    128
#define UC_SP    160
#define UC_PC    168
#define UC_FLAGS 176
#define SI_CODE  8

#define DIRECTION_FLAG 0x400
#define SIGABRT 6
#define SIGURG 23
#define SI_TKILL -6

// guardedX calls the C function of a guardedCall, whose address comes in DI, and those
// that come then, up to one that returns a negative int. It runs on the thread's own
// stack and keeps to C's calling convention. Until the functions have returned, the
// thread and the stack pointer stand in activeGuard, where guardSignalX finds them.
GLOBL ·guardedXABI0(SB), NOPTR|RODATA, $8
DATA ·guardedXABI0(SB)/8, $guardedX(SB)
TEXT guardedX(SB), NOSPLIT|NOFRAME, $0
	SUBQ $FRAME, SP
	MOVQ DI, CALL_PTR(SP)
	MOVQ BP, SAVE_BP(SP)
	MOVQ BX, SAVE_BX(SP)
	MOVQ R12, SAVE_R12(SP)
	MOVQ R13, SAVE_R13(SP)
	MOVQ R14, SAVE_R14(SP)
	MOVQ R15, SAVE_R15(SP)
	STMXCSR SAVE_MX(SP)

	MOVQ guardedCall_guard(DI), R11
	MOVQ guardState_sp(R11), AX
	MOVQ AX, OUTER_SP(SP)
	MOVQ guardState_thread(R11), AX
	MOVQ AX, OUTER_TP(SP)
	// C's thread pointer, which points to itself.
	MOVQ 0(FS), AX
	MOVQ AX, guardState_thread(R11)
	MOVQ SP, guardState_sp(R11)
	INCQ guardState_calls(R11)

again:
	MOVQ DI, R11
	MOVQ $1, guardedCall_called(R11)
	MOVQ guardedCall_of(R11), AX
	TESTQ AX, AX
	JZ   ready
	MOVQ (AX), AX
	MOVQ AX, (guardedCall_args+0)(R11)

ready:
	MOVQ (guardedCall_args+48)(R11), AX
	MOVQ AX, 0(SP)
	MOVQ (guardedCall_args+56)(R11), AX
	MOVQ AX, 8(SP)
	MOVQ (guardedCall_args+64)(R11), AX
	MOVQ AX, 16(SP)
	MOVQ (guardedCall_args+72)(R11), AX
	MOVQ AX, 24(SP)
	MOVQ (guardedCall_args+80)(R11), AX
	MOVQ AX, 32(SP)
	MOVQ (guardedCall_args+88)(R11), AX
	MOVQ AX, 40(SP)
	MOVQ (guardedCall_args+96)(R11), AX
	MOVQ AX, 48(SP)
	MOVQ (guardedCall_args+104)(R11), AX
	MOVQ AX, 56(SP)
	MOVQ (guardedCall_args+112)(R11), AX
	MOVQ AX, 64(SP)
	MOVQ (guardedCall_args+120)(R11), AX
	MOVQ AX, 72(SP)
	MOVQ (guardedCall_args+0)(R11), DI
	MOVQ (guardedCall_args+8)(R11), SI
	MOVQ (guardedCall_args+16)(R11), DX
	MOVQ (guardedCall_args+24)(R11), CX
	MOVQ (guardedCall_args+32)(R11), R8
	MOVQ (guardedCall_args+40)(R11), R9
	MOVQ guardedCall_function(R11), R10
	MOVQ guardedCall_guard(R11), R11
	MOVQ R10, guardState_function(R11)
	XORL AX, AX
	CALL R10

	MOVQ CALL_PTR(SP), DI
	MOVQ AX, guardedCall_result(DI)
	MOVQ guardedCall_then(DI), R10
	TESTQ R10, R10
	JZ   done
	TESTL AX, AX
	JLT  done
	MOVQ R10, DI
	MOVQ DI, CALL_PTR(SP)
	JMP  again

done:
	MOVQ guardedCall_guard(DI), R11
	MOVQ OUTER_SP(SP), AX
	MOVQ AX, guardState_sp(R11)
	MOVQ OUTER_TP(SP), AX
	MOVQ AX, guardState_thread(R11)
	XORL AX, AX
	ADDQ $FRAME, SP
	RET

// crashedX is where guardSignalX has a call go on that crashed, with SP and
// the registers as guardedX has left them: it returns in its place.
TEXT crashedX(SB), NOSPLIT|NOFRAME, $0
	MOVQ CALL_PTR(SP), DI
	MOVQ guardedCall_guard(DI), R11
	MOVQ guardState_signal(R11), AX
	MOVQ AX, guardedCall_signal(DI)
	MOVQ OUTER_SP(SP), AX
	MOVQ AX, guardState_sp(R11)
	MOVQ OUTER_TP(SP), AX
	MOVQ AX, guardState_thread(R11)
	LDMXCSR SAVE_MX(SP)
	XORL AX, AX
	ADDQ $FRAME, SP
	RET

// guardSignalX handles a signal: DI is its number, SI the siginfo, DX the
// ucontext. If the thread is inside the C function of a guarded call, the call
// returns; otherwise the signal is for the handler that was there before.
GLOBL ·guardSignalXABI0(SB), NOPTR|RODATA, $8
DATA ·guardSignalXABI0(SB)/8, $guardSignalX(SB)
TEXT guardSignalX(SB), NOSPLIT|NOFRAME, $0
	LEAQ ·activeGuard(SB), R11
	CMPL DI, $SIGURG
	JEQ  asked
	// Raised by the processor or by abort, not sent by somebody.
	MOVL SI_CODE(SI), AX
	TESTL AX, AX
	JGT  inside
	CMPL AX, $SI_TKILL
	JNE  other
	CMPL DI, $SIGABRT
	JNE  other
	JMP  inside

asked:
	// Go's runtime sends this one, too: it counts if just this call is to end.
	MOVQ guardState_calls(R11), AX
	CMPQ AX, guardState_end(R11)
	JNE  other
	MOVQ UC_PC(DX), AX
	SUBQ guardState_endText(R11), AX
	CMPQ AX, guardState_endSize(R11)
	JCC  other

inside:
	MOVQ guardState_sp(R11), AX
	TESTQ AX, AX
	JZ   other
	MOVQ 0(FS), CX
	CMPQ CX, guardState_thread(R11)
	JNE  other
	// Not on the stack of a goroutine: a callback to Go is Go's affair.
	MOVQ AX, CX
	SUBQ UC_SP(DX), CX
	CMPQ CX, guardState_reach(R11)
	JHI  other
	MOVQ UC_PC(DX), CX
	SUBQ guardState_text(R11), CX
	CMPQ CX, guardState_textSize(R11)
	JCS  other

	MOVQ DI, guardState_signal(R11)
	MOVQ AX, UC_SP(DX)
	// What a C function gives back as it was.
	MOVQ SAVE_BP(AX), CX
	MOVQ CX, UC_BP(DX)
	MOVQ SAVE_BX(AX), CX
	MOVQ CX, UC_BX(DX)
	MOVQ SAVE_R12(AX), CX
	MOVQ CX, UC_R12(DX)
	MOVQ SAVE_R13(AX), CX
	MOVQ CX, UC_R13(DX)
	MOVQ SAVE_R14(AX), CX
	MOVQ CX, UC_R14(DX)
	MOVQ SAVE_R15(AX), CX
	MOVQ CX, UC_R15(DX)
	LEAQ crashedX(SB), CX
	MOVQ CX, UC_PC(DX)
	MOVQ UC_FLAGS(DX), AX
	ANDQ $~DIRECTION_FLAG, AX
	MOVQ AX, UC_FLAGS(DX)
	RET

other:
	MOVQ guardState_before(R11)(DI*8), AX
	JMP  AX
