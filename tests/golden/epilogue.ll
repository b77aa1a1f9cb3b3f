; O = gelu(alpha W I + beta R + bias), W 2 x 8 with pattern go=1x1,gr=2x1,gi=1x8,gb=1x1
; I 7 x 8, O 7 x 2 (layout nk), f32; target x86-64-v3
; kernel host_rbgp4mm immediate=0 pack_input=1 row_parts=1 tile_rows=1 tile_vectors=1 unroll=1
; rbgp generator version 9
; ModuleID = 'rbgp'
source_filename = "rbgp"

@go_offsets = private constant [1 x i64] zeroinitializer
@gi_offsets = private constant [8 x i64] [i64 0, i64 32, i64 64, i64 96, i64 128, i64 160, i64 192, i64 224]

; Function Attrs: nounwind
define internal void @tail_panel(ptr noalias %0, ptr noalias %1, ptr %2, ptr noalias %3, ptr noalias %4, ptr %5, i64 %6, i64 %7) #0 {
entry:
  %8 = getelementptr i8, ptr %4, i64 0
  %9 = load float, ptr %8, align 4
  %.splatinsert = insertelement <8 x float> poison, float %9, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %10 = getelementptr i8, ptr %4, i64 8
  %11 = load ptr, ptr %10, align 8
  %12 = getelementptr i8, ptr %4, i64 4
  %13 = load float, ptr %12, align 4
  %.splatinsert1 = insertelement <8 x float> poison, float %13, i64 0
  %.splat2 = shufflevector <8 x float> %.splatinsert1, <8 x float> poison, <8 x i32> zeroinitializer
  %14 = getelementptr i8, ptr %4, i64 16
  %15 = load ptr, ptr %14, align 8
  %16 = fcmp une <8 x float> %.splat2, zeroinitializer
  br label %loop

loop:                                             ; preds = %loop, %entry
  %17 = phi i64 [ 0, %entry ], [ %76, %loop ]
  %18 = mul i64 %17, 32
  %19 = getelementptr i8, ptr %1, i64 %18
  %20 = mul i64 %17, 256
  %21 = getelementptr i8, ptr %3, i64 %20
  %22 = getelementptr i8, ptr %19, i64 0
  %23 = load <8 x float>, ptr %22, align 4
  %24 = getelementptr i8, ptr %19, i64 32
  %25 = load <8 x float>, ptr %24, align 4
  %26 = getelementptr i8, ptr %19, i64 64
  %27 = load <8 x float>, ptr %26, align 4
  %28 = getelementptr i8, ptr %19, i64 96
  %29 = load <8 x float>, ptr %28, align 4
  %30 = getelementptr i8, ptr %19, i64 128
  %31 = load <8 x float>, ptr %30, align 4
  %32 = getelementptr i8, ptr %19, i64 160
  %33 = load <8 x float>, ptr %32, align 4
  %34 = getelementptr i8, ptr %19, i64 192
  %35 = load <8 x float>, ptr %34, align 4
  %36 = shufflevector <8 x float> %23, <8 x float> %31, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %37 = shufflevector <8 x float> %23, <8 x float> %31, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %38 = shufflevector <8 x float> %25, <8 x float> %33, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %39 = shufflevector <8 x float> %25, <8 x float> %33, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %40 = shufflevector <8 x float> %27, <8 x float> %35, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %41 = shufflevector <8 x float> %27, <8 x float> %35, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %42 = shufflevector <8 x float> %29, <8 x float> zeroinitializer, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %43 = shufflevector <8 x float> %29, <8 x float> zeroinitializer, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %44 = shufflevector <8 x float> %36, <8 x float> %40, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %45 = shufflevector <8 x float> %36, <8 x float> %40, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %46 = shufflevector <8 x float> %37, <8 x float> %41, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %47 = shufflevector <8 x float> %37, <8 x float> %41, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %48 = shufflevector <8 x float> %38, <8 x float> %42, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %49 = shufflevector <8 x float> %38, <8 x float> %42, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %50 = shufflevector <8 x float> %39, <8 x float> %43, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %51 = shufflevector <8 x float> %39, <8 x float> %43, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %52 = shufflevector <8 x float> %44, <8 x float> %48, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %53 = shufflevector <8 x float> %44, <8 x float> %48, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %54 = shufflevector <8 x float> %45, <8 x float> %49, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %55 = shufflevector <8 x float> %45, <8 x float> %49, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %56 = shufflevector <8 x float> %46, <8 x float> %50, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %57 = shufflevector <8 x float> %46, <8 x float> %50, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %58 = shufflevector <8 x float> %47, <8 x float> %51, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  %59 = shufflevector <8 x float> %47, <8 x float> %51, <8 x i32> <i32 4, i32 12, i32 5, i32 13, i32 6, i32 14, i32 7, i32 15>
  %60 = getelementptr i8, ptr %21, i64 0
  %61 = getelementptr i8, ptr %60, i64 0
  store <8 x float> %52, ptr %61, align 32
  %62 = getelementptr i8, ptr %21, i64 32
  %63 = getelementptr i8, ptr %62, i64 0
  store <8 x float> %53, ptr %63, align 32
  %64 = getelementptr i8, ptr %21, i64 64
  %65 = getelementptr i8, ptr %64, i64 0
  store <8 x float> %54, ptr %65, align 32
  %66 = getelementptr i8, ptr %21, i64 96
  %67 = getelementptr i8, ptr %66, i64 0
  store <8 x float> %55, ptr %67, align 32
  %68 = getelementptr i8, ptr %21, i64 128
  %69 = getelementptr i8, ptr %68, i64 0
  store <8 x float> %56, ptr %69, align 32
  %70 = getelementptr i8, ptr %21, i64 160
  %71 = getelementptr i8, ptr %70, i64 0
  store <8 x float> %57, ptr %71, align 32
  %72 = getelementptr i8, ptr %21, i64 192
  %73 = getelementptr i8, ptr %72, i64 0
  store <8 x float> %58, ptr %73, align 32
  %74 = getelementptr i8, ptr %21, i64 224
  %75 = getelementptr i8, ptr %74, i64 0
  store <8 x float> %59, ptr %75, align 32
  %76 = add i64 %17, 1
  %77 = icmp ult i64 %76, 1
  br i1 %77, label %loop, label %done

done:                                             ; preds = %loop
  br label %loop3

loop3:                                            ; preds = %done9, %done
  %78 = phi i64 [ %6, %done ], [ %174, %done9 ]
  %79 = udiv i64 %78, 1
  %80 = urem i64 %78, 1
  %81 = udiv i64 %79, 2
  %82 = mul i64 %81, 8
  %83 = getelementptr i8, ptr @go_offsets, i64 %82
  %84 = udiv i64 %80, 1
  %85 = mul i64 %78, 32
  %86 = getelementptr i8, ptr %0, i64 %85
  %87 = mul i64 %84, 64
  %88 = getelementptr i8, ptr @gi_offsets, i64 %87
  br label %loop4

loop4:                                            ; preds = %done8, %loop3
  %89 = phi i64 [ 0, %loop3 ], [ %112, %done8 ]
  %90 = phi <8 x float> [ zeroinitializer, %loop3 ], [ %108, %done8 ]
  %91 = phi ptr [ %86, %loop3 ], [ %109, %done8 ]
  %92 = mul i64 %89, 8
  %93 = getelementptr i8, ptr %83, i64 %92
  %94 = load i64, ptr %93, align 4
  %95 = getelementptr i8, ptr %3, i64 %94
  br label %loop5

loop5:                                            ; preds = %loop5, %loop4
  %96 = phi i64 [ 0, %loop4 ], [ %110, %loop5 ]
  %97 = phi <8 x float> [ %90, %loop4 ], [ %108, %loop5 ]
  %98 = phi ptr [ %91, %loop4 ], [ %109, %loop5 ]
  %99 = mul i64 %96, 1
  %100 = add i64 %99, 0
  %101 = mul i64 %100, 32
  %102 = getelementptr i8, ptr %95, i64 %101
  %103 = getelementptr i8, ptr %102, i64 0
  %104 = getelementptr i8, ptr %103, i64 0
  %105 = load <8 x float>, ptr %104, align 32
  %106 = getelementptr i8, ptr %98, i64 0
  %107 = load float, ptr %106, align 4
  %.splatinsert6 = insertelement <8 x float> poison, float %107, i64 0
  %.splat7 = shufflevector <8 x float> %.splatinsert6, <8 x float> poison, <8 x i32> zeroinitializer
  %108 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %105, <8 x float> %97)
  %109 = getelementptr i8, ptr %98, i64 4
  %110 = add i64 %96, 1
  %111 = icmp ult i64 %110, 8
  br i1 %111, label %loop5, label %done8

done8:                                            ; preds = %loop5
  %112 = add i64 %89, 1
  %113 = icmp ult i64 %112, 1
  br i1 %113, label %loop4, label %done9

done9:                                            ; preds = %done8
  %114 = mul i64 %80, 1
  %115 = mul i64 %79, 1
  %116 = add i64 %115, %114
  %117 = add i64 %116, 0
  %118 = mul i64 %117, 4
  %119 = getelementptr i8, ptr %11, i64 %118
  %120 = load float, ptr %119, align 4
  %.splatinsert10 = insertelement <8 x float> poison, float %120, i64 0
  %.splat11 = shufflevector <8 x float> %.splatinsert10, <8 x float> poison, <8 x i32> zeroinitializer
  %121 = and <8 x i1> %16, <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>
  %122 = mul i64 %117, 4
  %123 = add i64 %122, 0
  %124 = getelementptr i8, ptr %5, i64 %123
  %125 = getelementptr i8, ptr %124, <8 x i64> <i64 0, i64 8, i64 16, i64 24, i64 32, i64 40, i64 48, i64 56>
  %126 = call <8 x float> @llvm.masked.gather.v8f32.v8p0(<8 x ptr> %125, i32 4, <8 x i1> %121, <8 x float> zeroinitializer)
  %127 = fmul <8 x float> %108, %.splat
  %128 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat2, <8 x float> %126, <8 x float> %127)
  %129 = fadd <8 x float> %128, %.splat11
  %130 = call <8 x float> @llvm.fabs.v8f32(<8 x float> %129)
  %131 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %130, <8 x float> <float 3.281250e-01, float 3.281250e-01, float 3.281250e-01, float 3.281250e-01, float 3.281250e-01, float 3.281250e-01, float 3.281250e-01, float 3.281250e-01>, <8 x float> <float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00>)
  %132 = fdiv <8 x float> <float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00>, %131
  %133 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> <float 0xBF9A6849E0000000, float 0xBF9A6849E0000000, float 0xBF9A6849E0000000, float 0xBF9A6849E0000000, float 0xBF9A6849E0000000, float 0xBF9A6849E0000000, float 0xBF9A6849E0000000, float 0xBF9A6849E0000000>, <8 x float> %132, <8 x float> <float 0x3FC337CD60000000, float 0x3FC337CD60000000, float 0x3FC337CD60000000, float 0x3FC337CD60000000, float 0x3FC337CD60000000, float 0x3FC337CD60000000, float 0x3FC337CD60000000, float 0x3FC337CD60000000>)
  %134 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %133, <8 x float> %132, <8 x float> <float 0xBFD53BB520000000, float 0xBFD53BB520000000, float 0xBFD53BB520000000, float 0xBFD53BB520000000, float 0xBFD53BB520000000, float 0xBFD53BB520000000, float 0xBFD53BB520000000, float 0xBFD53BB520000000>)
  %135 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %134, <8 x float> %132, <8 x float> <float 0x3FD3D70C00000000, float 0x3FD3D70C00000000, float 0x3FD3D70C00000000, float 0x3FD3D70C00000000, float 0x3FD3D70C00000000, float 0x3FD3D70C00000000, float 0x3FD3D70C00000000, float 0x3FD3D70C00000000>)
  %136 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %135, <8 x float> %132, <8 x float> <float 0xBFBEE81FE0000000, float 0xBFBEE81FE0000000, float 0xBFBEE81FE0000000, float 0xBFBEE81FE0000000, float 0xBFBEE81FE0000000, float 0xBFBEE81FE0000000, float 0xBFBEE81FE0000000, float 0xBFBEE81FE0000000>)
  %137 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %136, <8 x float> %132, <8 x float> <float 0x3FC39A3C20000000, float 0x3FC39A3C20000000, float 0x3FC39A3C20000000, float 0x3FC39A3C20000000, float 0x3FC39A3C20000000, float 0x3FC39A3C20000000, float 0x3FC39A3C20000000, float 0x3FC39A3C20000000>)
  %138 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %137, <8 x float> %132, <8 x float> <float 0x3FB9D7AE20000000, float 0x3FB9D7AE20000000, float 0x3FB9D7AE20000000, float 0x3FB9D7AE20000000, float 0x3FB9D7AE20000000, float 0x3FB9D7AE20000000, float 0x3FB9D7AE20000000, float 0x3FB9D7AE20000000>)
  %139 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %138, <8 x float> %132, <8 x float> <float 0x3FC111F860000000, float 0x3FC111F860000000, float 0x3FC111F860000000, float 0x3FC111F860000000, float 0x3FC111F860000000, float 0x3FC111F860000000, float 0x3FC111F860000000, float 0x3FC111F860000000>)
  %140 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %139, <8 x float> %132, <8 x float> <float 0x3FC0BA4C60000000, float 0x3FC0BA4C60000000, float 0x3FC0BA4C60000000, float 0x3FC0BA4C60000000, float 0x3FC0BA4C60000000, float 0x3FC0BA4C60000000, float 0x3FC0BA4C60000000, float 0x3FC0BA4C60000000>)
  %141 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %140, <8 x float> %132, <8 x float> <float 0x3EE18D4EE0000000, float 0x3EE18D4EE0000000, float 0x3EE18D4EE0000000, float 0x3EE18D4EE0000000, float 0x3EE18D4EE0000000, float 0x3EE18D4EE0000000, float 0x3EE18D4EE0000000, float 0x3EE18D4EE0000000>)
  %142 = fmul <8 x float> %130, %130
  %143 = fneg <8 x float> %142
  %144 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %130, <8 x float> %130, <8 x float> %143)
  %145 = fmul <8 x float> <float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01>, %142
  %146 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %145, <8 x float> <float 0x3FF7154760000000, float 0x3FF7154760000000, float 0x3FF7154760000000, float 0x3FF7154760000000, float 0x3FF7154760000000, float 0x3FF7154760000000, float 0x3FF7154760000000, float 0x3FF7154760000000>, <8 x float> <float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000>)
  %147 = fsub <8 x float> %146, <float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000, float 0x4168000000000000>
  %148 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %147, <8 x float> <float 0xBFE6300000000000, float 0xBFE6300000000000, float 0xBFE6300000000000, float 0xBFE6300000000000, float 0xBFE6300000000000, float 0xBFE6300000000000, float 0xBFE6300000000000, float 0xBFE6300000000000>, <8 x float> %145)
  %149 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %147, <8 x float> <float 0x3F2BD01060000000, float 0x3F2BD01060000000, float 0x3F2BD01060000000, float 0x3F2BD01060000000, float 0x3F2BD01060000000, float 0x3F2BD01060000000, float 0x3F2BD01060000000, float 0x3F2BD01060000000>, <8 x float> %148)
  %150 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %144, <8 x float> <float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01, float -5.000000e-01>, <8 x float> %149)
  %151 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> <float 0x3F56A23F20000000, float 0x3F56A23F20000000, float 0x3F56A23F20000000, float 0x3F56A23F20000000, float 0x3F56A23F20000000, float 0x3F56A23F20000000, float 0x3F56A23F20000000, float 0x3F56A23F20000000>, <8 x float> %150, <8 x float> <float 0x3F8123A0C0000000, float 0x3F8123A0C0000000, float 0x3F8123A0C0000000, float 0x3F8123A0C0000000, float 0x3F8123A0C0000000, float 0x3F8123A0C0000000, float 0x3F8123A0C0000000, float 0x3F8123A0C0000000>)
  %152 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %151, <8 x float> %150, <8 x float> <float 0x3FA5558F20000000, float 0x3FA5558F20000000, float 0x3FA5558F20000000, float 0x3FA5558F20000000, float 0x3FA5558F20000000, float 0x3FA5558F20000000, float 0x3FA5558F20000000, float 0x3FA5558F20000000>)
  %153 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %152, <8 x float> %150, <8 x float> <float 0x3FC5554920000000, float 0x3FC5554920000000, float 0x3FC5554920000000, float 0x3FC5554920000000, float 0x3FC5554920000000, float 0x3FC5554920000000, float 0x3FC5554920000000, float 0x3FC5554920000000>)
  %154 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %153, <8 x float> %150, <8 x float> <float 0x3FDFFFFFC0000000, float 0x3FDFFFFFC0000000, float 0x3FDFFFFFC0000000, float 0x3FDFFFFFC0000000, float 0x3FDFFFFFC0000000, float 0x3FDFFFFFC0000000, float 0x3FDFFFFFC0000000, float 0x3FDFFFFFC0000000>)
  %155 = fmul <8 x float> %150, %150
  %156 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %155, <8 x float> %154, <8 x float> %150)
  %157 = fadd <8 x float> %156, <float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00, float 1.000000e+00>
  %158 = bitcast <8 x float> %146 to <8 x i32>
  %159 = shl <8 x i32> %158, <i32 23, i32 23, i32 23, i32 23, i32 23, i32 23, i32 23, i32 23>
  %160 = bitcast <8 x float> %157 to <8 x i32>
  %161 = add <8 x i32> %160, %159
  %162 = bitcast <8 x i32> %161 to <8 x float>
  %163 = fmul <8 x float> %130, %141
  %164 = fmul <8 x float> %163, %162
  %165 = fcmp olt <8 x float> %130, <float 0x402A333340000000, float 0x402A333340000000, float 0x402A333340000000, float 0x402A333340000000, float 0x402A333340000000, float 0x402A333340000000, float 0x402A333340000000, float 0x402A333340000000>
  %166 = select <8 x i1> %165, <8 x float> %164, <8 x float> zeroinitializer
  %167 = fcmp olt <8 x float> %129, zeroinitializer
  %168 = select <8 x i1> %167, <8 x float> zeroinitializer, <8 x float> %129
  %169 = fsub <8 x float> %168, %166
  %170 = mul i64 %117, 4
  %171 = add i64 %170, 0
  %172 = getelementptr i8, ptr %2, i64 %171
  %173 = getelementptr i8, ptr %172, <8 x i64> <i64 0, i64 8, i64 16, i64 24, i64 32, i64 40, i64 48, i64 56>
  call void @llvm.masked.scatter.v8f32.v8p0(<8 x float> %169, <8 x ptr> %173, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>)
  %174 = add i64 %78, 1
  %175 = icmp ult i64 %174, %7
  br i1 %175, label %loop3, label %done12

done12:                                           ; preds = %done9
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare <8 x float> @llvm.fmuladd.v8f32(<8 x float>, <8 x float>, <8 x float>) #1

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(read)
declare <8 x float> @llvm.masked.gather.v8f32.v8p0(<8 x ptr>, i32 immarg, <8 x i1>, <8 x float>) #2

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare <8 x float> @llvm.fabs.v8f32(<8 x float>) #1

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(write)
declare void @llvm.masked.scatter.v8f32.v8p0(<8 x float>, <8 x ptr>, i32 immarg, <8 x i1>) #3

; Function Attrs: nounwind
define void @rbgp_kernel(ptr noalias %0, ptr noalias %1, ptr %2, ptr noalias %3, ptr noalias %4, i64 %5) #0 {
entry:
  %6 = udiv i64 %5, 1
  %7 = urem i64 %5, 1
  %8 = mul i64 %6, 64
  %9 = getelementptr i8, ptr %4, i64 0
  %10 = load float, ptr %9, align 4
  %.splatinsert = insertelement <8 x float> poison, float %10, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %11 = getelementptr i8, ptr %4, i64 8
  %12 = load ptr, ptr %11, align 8
  %13 = getelementptr i8, ptr %4, i64 4
  %14 = load float, ptr %13, align 4
  %.splatinsert1 = insertelement <8 x float> poison, float %14, i64 0
  %.splat2 = shufflevector <8 x float> %.splatinsert1, <8 x float> poison, <8 x i32> zeroinitializer
  %15 = getelementptr i8, ptr %4, i64 16
  %16 = load ptr, ptr %15, align 8
  %17 = fcmp une <8 x float> %.splat2, zeroinitializer
  %18 = getelementptr i8, ptr %16, i64 %8
  %19 = mul i64 %6, 256
  %20 = getelementptr i8, ptr %1, i64 %19
  %21 = getelementptr i8, ptr %2, i64 %8
  %22 = mul i64 %7, 2
  %23 = udiv i64 %22, 1
  %24 = add i64 %7, 1
  %25 = mul i64 %24, 2
  %26 = udiv i64 %25, 1
  %27 = icmp eq i64 %6, 0
  br i1 %27, label %then, label %join

then:                                             ; preds = %entry
  call void @tail_panel(ptr %0, ptr %20, ptr %21, ptr %3, ptr %4, ptr %18, i64 %23, i64 %26)
  br label %join

join:                                             ; preds = %then, %entry
  ret void
}

; Function Attrs: nounwind
define void @rbgp_pack(ptr noalias %0, ptr noalias %1) #0 {
entry:
  br label %loop

loop:                                             ; preds = %done, %entry
  %2 = phi i64 [ 0, %entry ], [ %24, %done ]
  %3 = udiv i64 %2, 1
  %4 = urem i64 %2, 1
  %5 = mul i64 %4, 1
  %6 = mul i64 %3, 1
  %7 = add i64 %6, %5
  %8 = mul i64 %2, 32
  %9 = getelementptr i8, ptr %1, i64 %8
  br label %loop1

loop1:                                            ; preds = %join, %loop
  %10 = phi i64 [ 0, %loop ], [ %22, %join ]
  %11 = add i64 %7, 0
  %12 = mul i64 %10, 1
  %13 = add i64 %12, 0
  %14 = mul i64 %13, 4
  %15 = getelementptr i8, ptr %9, i64 %14
  store float 0.000000e+00, ptr %15, align 4
  %16 = icmp ult i64 %11, 2
  br i1 %16, label %then, label %join

then:                                             ; preds = %loop1
  %17 = mul i64 %11, 8
  %18 = add i64 %17, %10
  %19 = mul i64 %18, 4
  %20 = getelementptr i8, ptr %0, i64 %19
  %21 = load float, ptr %20, align 4
  store float %21, ptr %15, align 4
  br label %join

join:                                             ; preds = %then, %loop1
  %22 = add i64 %10, 1
  %23 = icmp ult i64 %22, 8
  br i1 %23, label %loop1, label %done

done:                                             ; preds = %join
  %24 = add i64 %2, 1
  %25 = icmp ult i64 %24, 2
  br i1 %25, label %loop, label %done2

done2:                                            ; preds = %done
  ret void
}

attributes #0 = { nounwind "min-legal-vector-width"="256" "prefer-vector-width"="256" }
attributes #1 = { nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #2 = { nocallback nofree nosync nounwind willreturn memory(read) }
attributes #3 = { nocallback nofree nosync nounwind willreturn memory(write) }
