#include "textflag.h"

// func combineVector(dst, y, k, w *float64, n, stages int, h float64)
//
// Twelve numbers at a time as long as there are twelve, then four at a time.
TEXT ·combineVector(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ y+8(FP), SI
	MOVQ k+16(FP), BX
	MOVQ w+24(FP), DX
	MOVQ n+32(FP), CX
	MOVQ stages+40(FP), R8
	VBROADCASTSD h+48(FP), Y8
	MOVQ CX, R9
	SHLQ $3, R9 // bytes from one stage to the next

twelve:
	CMPQ CX, $12
	JLT  four
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y9, Y9, Y9
	VXORPD Y10, Y10, Y10
	VXORPD Y11, Y11, Y11
	MOVQ BX, R10
	MOVQ DX, R11
	MOVQ R8, R12

// Two stages at a time, in sums of their own: an addition need not wait for the
// one before.
twelvePair:
	CMPQ R12, $2
	JLT  twelveLast
	VBROADCASTSD (R11), Y3
	VBROADCASTSD 8(R11), Y7
	VFMADD231PD  (R10), Y3, Y0
	VFMADD231PD  32(R10), Y3, Y1
	VFMADD231PD  64(R10), Y3, Y2
	ADDQ R9, R10
	VFMADD231PD  (R10), Y7, Y9
	VFMADD231PD  32(R10), Y7, Y10
	VFMADD231PD  64(R10), Y7, Y11
	ADDQ R9, R10
	ADDQ $16, R11
	SUBQ $2, R12
	JMP  twelvePair

twelveLast:
	TESTQ R12, R12
	JZ    twelveSum
	VBROADCASTSD (R11), Y3
	VFMADD231PD  (R10), Y3, Y0
	VFMADD231PD  32(R10), Y3, Y1
	VFMADD231PD  64(R10), Y3, Y2

twelveSum:
	VADDPD Y9, Y0, Y0
	VADDPD Y10, Y1, Y1
	VADDPD Y11, Y2, Y2
	VMOVUPD (SI), Y4
	VMOVUPD 32(SI), Y5
	VMOVUPD 64(SI), Y6
	VFMADD231PD Y0, Y8, Y4
	VFMADD231PD Y1, Y8, Y5
	VFMADD231PD Y2, Y8, Y6
	VMOVUPD Y4, (DI)
	VMOVUPD Y5, 32(DI)
	VMOVUPD Y6, 64(DI)
	ADDQ $96, DI
	ADDQ $96, SI
	ADDQ $96, BX
	SUBQ $12, CX
	JMP  twelve

four:
	CMPQ CX, $4
	JLT  done
	VXORPD Y0, Y0, Y0
	MOVQ BX, R10
	MOVQ DX, R11
	MOVQ R8, R12

fourStage:
	VBROADCASTSD (R11), Y3
	VFMADD231PD  (R10), Y3, Y0
	ADDQ $8, R11
	ADDQ R9, R10
	DECQ R12
	JNZ  fourStage

	VMOVUPD (SI), Y4
	VFMADD231PD Y0, Y8, Y4
	VMOVUPD Y4, (DI)
	ADDQ $32, DI
	ADDQ $32, SI
	ADDQ $32, BX
	SUBQ $4, CX
	JMP  four

done:
	VZEROUPPER
	RET
