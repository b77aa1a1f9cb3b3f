; O = W I, W 128 x 64 with pattern go=4x8@50,gr=4x1,gi=8x8@50,gb=1x1
; I 64 x 40, O 128 x 40 (layout kn), f32; target x86-64-v3
; kernel host_rbgp4mm immediate=0 pack_input=1 row_parts=2 tile_rows=4 tile_vectors=2 unroll=2
; rbgp generator version 9
; ModuleID = 'rbgp'
source_filename = "rbgp"

@go_offsets = private constant [16 x i64] [i64 1024, i64 2048, i64 2560, i64 3584, i64 512, i64 1536, i64 2048, i64 3072, i64 0, i64 512, i64 1536, i64 3072, i64 0, i64 1024, i64 2560, i64 3584]
@gi_offsets = private constant [32 x i64] [i64 0, i64 128, i64 192, i64 320, i64 64, i64 128, i64 192, i64 256, i64 0, i64 192, i64 320, i64 384, i64 0, i64 64, i64 128, i64 192, i64 64, i64 256, i64 384, i64 448, i64 0, i64 320, i64 384, i64 448, i64 64, i64 128, i64 256, i64 448, i64 256, i64 320, i64 384, i64 448]
@go_offsets.1 = private constant [16 x i64] [i64 512, i64 1024, i64 1280, i64 1792, i64 256, i64 768, i64 1024, i64 1536, i64 0, i64 256, i64 768, i64 1536, i64 0, i64 512, i64 1280, i64 1792]
@gi_offsets.2 = private constant [32 x i64] [i64 0, i64 64, i64 96, i64 160, i64 32, i64 64, i64 96, i64 128, i64 0, i64 96, i64 160, i64 192, i64 0, i64 32, i64 64, i64 96, i64 32, i64 128, i64 192, i64 224, i64 0, i64 160, i64 192, i64 224, i64 32, i64 64, i64 128, i64 224, i64 128, i64 160, i64 192, i64 224]

; Function Attrs: nounwind
define internal void @panel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, ptr noalias %4, ptr noalias %5, i64 %6, i64 %7) #0 {
entry:
  br label %loop

loop:                                             ; preds = %loop, %entry
  %8 = phi i64 [ 0, %entry ], [ %19, %loop ]
  %9 = mul i64 %8, 160
  %10 = getelementptr i8, ptr %1, i64 %9
  %11 = mul i64 %8, 64
  %12 = getelementptr i8, ptr %3, i64 %11
  %13 = getelementptr i8, ptr %10, i64 0
  %14 = load <8 x float>, ptr %13, align 4
  %15 = getelementptr i8, ptr %12, i64 0
  store <8 x float> %14, ptr %15, align 32
  %16 = getelementptr i8, ptr %10, i64 32
  %17 = load <8 x float>, ptr %16, align 4
  %18 = getelementptr i8, ptr %12, i64 32
  store <8 x float> %17, ptr %18, align 32
  %19 = add i64 %8, 1
  %20 = icmp ult i64 %19, 64
  br i1 %20, label %loop, label %done

done:                                             ; preds = %loop
  br label %loop1

loop1:                                            ; preds = %done19, %done
  %21 = phi i64 [ %6, %done ], [ %146, %done19 ]
  %22 = udiv i64 %21, 8
  %23 = urem i64 %21, 8
  %24 = udiv i64 %22, 1
  %25 = mul i64 %24, 32
  %26 = getelementptr i8, ptr @go_offsets, i64 %25
  %27 = udiv i64 %23, 1
  %28 = mul i64 %21, 256
  %29 = getelementptr i8, ptr %0, i64 %28
  %30 = mul i64 %27, 32
  %31 = getelementptr i8, ptr @gi_offsets, i64 %30
  br label %loop2

loop2:                                            ; preds = %done18, %loop1
  %32 = phi i64 [ 0, %loop1 ], [ %113, %done18 ]
  %33 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %96, %done18 ]
  %34 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %97, %done18 ]
  %35 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %100, %done18 ]
  %36 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %101, %done18 ]
  %37 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %104, %done18 ]
  %38 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %105, %done18 ]
  %39 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %108, %done18 ]
  %40 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %109, %done18 ]
  %41 = phi ptr [ %29, %loop1 ], [ %110, %done18 ]
  %42 = mul i64 %32, 8
  %43 = getelementptr i8, ptr %26, i64 %42
  %44 = load i64, ptr %43, align 4
  %45 = getelementptr i8, ptr %3, i64 %44
  br label %loop3

loop3:                                            ; preds = %loop3, %loop2
  %46 = phi i64 [ 0, %loop2 ], [ %111, %loop3 ]
  %47 = phi <8 x float> [ %33, %loop2 ], [ %96, %loop3 ]
  %48 = phi <8 x float> [ %34, %loop2 ], [ %97, %loop3 ]
  %49 = phi <8 x float> [ %35, %loop2 ], [ %100, %loop3 ]
  %50 = phi <8 x float> [ %36, %loop2 ], [ %101, %loop3 ]
  %51 = phi <8 x float> [ %37, %loop2 ], [ %104, %loop3 ]
  %52 = phi <8 x float> [ %38, %loop2 ], [ %105, %loop3 ]
  %53 = phi <8 x float> [ %39, %loop2 ], [ %108, %loop3 ]
  %54 = phi <8 x float> [ %40, %loop2 ], [ %109, %loop3 ]
  %55 = phi ptr [ %41, %loop2 ], [ %110, %loop3 ]
  %56 = mul i64 %46, 2
  %57 = add i64 %56, 0
  %58 = mul i64 %57, 8
  %59 = getelementptr i8, ptr %31, i64 %58
  %60 = load i64, ptr %59, align 4
  %61 = getelementptr i8, ptr %45, i64 %60
  %62 = getelementptr i8, ptr %61, i64 0
  %63 = getelementptr i8, ptr %62, i64 0
  %64 = load <8 x float>, ptr %63, align 32
  %65 = getelementptr i8, ptr %62, i64 32
  %66 = load <8 x float>, ptr %65, align 32
  %67 = getelementptr i8, ptr %55, i64 0
  %68 = load float, ptr %67, align 4
  %.splatinsert = insertelement <8 x float> poison, float %68, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %69 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %64, <8 x float> %47)
  %70 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %66, <8 x float> %48)
  %71 = getelementptr i8, ptr %55, i64 4
  %72 = load float, ptr %71, align 4
  %.splatinsert4 = insertelement <8 x float> poison, float %72, i64 0
  %.splat5 = shufflevector <8 x float> %.splatinsert4, <8 x float> poison, <8 x i32> zeroinitializer
  %73 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %64, <8 x float> %49)
  %74 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %66, <8 x float> %50)
  %75 = getelementptr i8, ptr %55, i64 8
  %76 = load float, ptr %75, align 4
  %.splatinsert6 = insertelement <8 x float> poison, float %76, i64 0
  %.splat7 = shufflevector <8 x float> %.splatinsert6, <8 x float> poison, <8 x i32> zeroinitializer
  %77 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %64, <8 x float> %51)
  %78 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %66, <8 x float> %52)
  %79 = getelementptr i8, ptr %55, i64 12
  %80 = load float, ptr %79, align 4
  %.splatinsert8 = insertelement <8 x float> poison, float %80, i64 0
  %.splat9 = shufflevector <8 x float> %.splatinsert8, <8 x float> poison, <8 x i32> zeroinitializer
  %81 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat9, <8 x float> %64, <8 x float> %53)
  %82 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat9, <8 x float> %66, <8 x float> %54)
  %83 = mul i64 %46, 2
  %84 = add i64 %83, 1
  %85 = mul i64 %84, 8
  %86 = getelementptr i8, ptr %31, i64 %85
  %87 = load i64, ptr %86, align 4
  %88 = getelementptr i8, ptr %45, i64 %87
  %89 = getelementptr i8, ptr %88, i64 0
  %90 = getelementptr i8, ptr %89, i64 0
  %91 = load <8 x float>, ptr %90, align 32
  %92 = getelementptr i8, ptr %89, i64 32
  %93 = load <8 x float>, ptr %92, align 32
  %94 = getelementptr i8, ptr %55, i64 16
  %95 = load float, ptr %94, align 4
  %.splatinsert10 = insertelement <8 x float> poison, float %95, i64 0
  %.splat11 = shufflevector <8 x float> %.splatinsert10, <8 x float> poison, <8 x i32> zeroinitializer
  %96 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat11, <8 x float> %91, <8 x float> %69)
  %97 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat11, <8 x float> %93, <8 x float> %70)
  %98 = getelementptr i8, ptr %55, i64 20
  %99 = load float, ptr %98, align 4
  %.splatinsert12 = insertelement <8 x float> poison, float %99, i64 0
  %.splat13 = shufflevector <8 x float> %.splatinsert12, <8 x float> poison, <8 x i32> zeroinitializer
  %100 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat13, <8 x float> %91, <8 x float> %73)
  %101 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat13, <8 x float> %93, <8 x float> %74)
  %102 = getelementptr i8, ptr %55, i64 24
  %103 = load float, ptr %102, align 4
  %.splatinsert14 = insertelement <8 x float> poison, float %103, i64 0
  %.splat15 = shufflevector <8 x float> %.splatinsert14, <8 x float> poison, <8 x i32> zeroinitializer
  %104 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat15, <8 x float> %91, <8 x float> %77)
  %105 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat15, <8 x float> %93, <8 x float> %78)
  %106 = getelementptr i8, ptr %55, i64 28
  %107 = load float, ptr %106, align 4
  %.splatinsert16 = insertelement <8 x float> poison, float %107, i64 0
  %.splat17 = shufflevector <8 x float> %.splatinsert16, <8 x float> poison, <8 x i32> zeroinitializer
  %108 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat17, <8 x float> %91, <8 x float> %81)
  %109 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat17, <8 x float> %93, <8 x float> %82)
  %110 = getelementptr i8, ptr %55, i64 32
  %111 = add i64 %46, 1
  %112 = icmp ult i64 %111, 2
  br i1 %112, label %loop3, label %done18

done18:                                           ; preds = %loop3
  %113 = add i64 %32, 1
  %114 = icmp ult i64 %113, 4
  br i1 %114, label %loop2, label %done19

done19:                                           ; preds = %done18
  %115 = mul i64 %23, 1
  %116 = mul i64 %22, 32
  %117 = add i64 %116, %115
  %118 = add i64 %117, 0
  %119 = mul i64 %118, 160
  %120 = add i64 %119, 0
  %121 = getelementptr i8, ptr %2, i64 %120
  store <8 x float> %96, ptr %121, align 4
  %122 = mul i64 %118, 160
  %123 = add i64 %122, 32
  %124 = getelementptr i8, ptr %2, i64 %123
  store <8 x float> %97, ptr %124, align 4
  %125 = add i64 %117, 8
  %126 = mul i64 %125, 160
  %127 = add i64 %126, 0
  %128 = getelementptr i8, ptr %2, i64 %127
  store <8 x float> %100, ptr %128, align 4
  %129 = mul i64 %125, 160
  %130 = add i64 %129, 32
  %131 = getelementptr i8, ptr %2, i64 %130
  store <8 x float> %101, ptr %131, align 4
  %132 = add i64 %117, 16
  %133 = mul i64 %132, 160
  %134 = add i64 %133, 0
  %135 = getelementptr i8, ptr %2, i64 %134
  store <8 x float> %104, ptr %135, align 4
  %136 = mul i64 %132, 160
  %137 = add i64 %136, 32
  %138 = getelementptr i8, ptr %2, i64 %137
  store <8 x float> %105, ptr %138, align 4
  %139 = add i64 %117, 24
  %140 = mul i64 %139, 160
  %141 = add i64 %140, 0
  %142 = getelementptr i8, ptr %2, i64 %141
  store <8 x float> %108, ptr %142, align 4
  %143 = mul i64 %139, 160
  %144 = add i64 %143, 32
  %145 = getelementptr i8, ptr %2, i64 %144
  store <8 x float> %109, ptr %145, align 4
  %146 = add i64 %21, 1
  %147 = icmp ult i64 %146, %7
  br i1 %147, label %loop1, label %done20

done20:                                           ; preds = %done19
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare <8 x float> @llvm.fmuladd.v8f32(<8 x float>, <8 x float>, <8 x float>) #1

; Function Attrs: nounwind
define internal void @tail_panel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, ptr noalias %4, ptr noalias %5, i64 %6, i64 %7) #0 {
entry:
  br label %loop

loop:                                             ; preds = %loop, %entry
  %8 = phi i64 [ 0, %entry ], [ %16, %loop ]
  %9 = mul i64 %8, 160
  %10 = getelementptr i8, ptr %1, i64 %9
  %11 = mul i64 %8, 32
  %12 = getelementptr i8, ptr %3, i64 %11
  %13 = getelementptr i8, ptr %10, i64 0
  %14 = load <8 x float>, ptr %13, align 4
  %15 = getelementptr i8, ptr %12, i64 0
  store <8 x float> %14, ptr %15, align 32
  %16 = add i64 %8, 1
  %17 = icmp ult i64 %16, 64
  br i1 %17, label %loop, label %done

done:                                             ; preds = %loop
  br label %loop1

loop1:                                            ; preds = %done19, %done
  %18 = phi i64 [ %6, %done ], [ %111, %done19 ]
  %19 = udiv i64 %18, 8
  %20 = urem i64 %18, 8
  %21 = udiv i64 %19, 1
  %22 = mul i64 %21, 32
  %23 = getelementptr i8, ptr @go_offsets.1, i64 %22
  %24 = udiv i64 %20, 1
  %25 = mul i64 %18, 256
  %26 = getelementptr i8, ptr %0, i64 %25
  %27 = mul i64 %24, 32
  %28 = getelementptr i8, ptr @gi_offsets.2, i64 %27
  br label %loop2

loop2:                                            ; preds = %done18, %loop1
  %29 = phi i64 [ 0, %loop1 ], [ %90, %done18 ]
  %30 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %77, %done18 ]
  %31 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %80, %done18 ]
  %32 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %83, %done18 ]
  %33 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %86, %done18 ]
  %34 = phi ptr [ %26, %loop1 ], [ %87, %done18 ]
  %35 = mul i64 %29, 8
  %36 = getelementptr i8, ptr %23, i64 %35
  %37 = load i64, ptr %36, align 4
  %38 = getelementptr i8, ptr %3, i64 %37
  br label %loop3

loop3:                                            ; preds = %loop3, %loop2
  %39 = phi i64 [ 0, %loop2 ], [ %88, %loop3 ]
  %40 = phi <8 x float> [ %30, %loop2 ], [ %77, %loop3 ]
  %41 = phi <8 x float> [ %31, %loop2 ], [ %80, %loop3 ]
  %42 = phi <8 x float> [ %32, %loop2 ], [ %83, %loop3 ]
  %43 = phi <8 x float> [ %33, %loop2 ], [ %86, %loop3 ]
  %44 = phi ptr [ %34, %loop2 ], [ %87, %loop3 ]
  %45 = mul i64 %39, 2
  %46 = add i64 %45, 0
  %47 = mul i64 %46, 8
  %48 = getelementptr i8, ptr %28, i64 %47
  %49 = load i64, ptr %48, align 4
  %50 = getelementptr i8, ptr %38, i64 %49
  %51 = getelementptr i8, ptr %50, i64 0
  %52 = getelementptr i8, ptr %51, i64 0
  %53 = load <8 x float>, ptr %52, align 32
  %54 = getelementptr i8, ptr %44, i64 0
  %55 = load float, ptr %54, align 4
  %.splatinsert = insertelement <8 x float> poison, float %55, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %56 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %53, <8 x float> %40)
  %57 = getelementptr i8, ptr %44, i64 4
  %58 = load float, ptr %57, align 4
  %.splatinsert4 = insertelement <8 x float> poison, float %58, i64 0
  %.splat5 = shufflevector <8 x float> %.splatinsert4, <8 x float> poison, <8 x i32> zeroinitializer
  %59 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %53, <8 x float> %41)
  %60 = getelementptr i8, ptr %44, i64 8
  %61 = load float, ptr %60, align 4
  %.splatinsert6 = insertelement <8 x float> poison, float %61, i64 0
  %.splat7 = shufflevector <8 x float> %.splatinsert6, <8 x float> poison, <8 x i32> zeroinitializer
  %62 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %53, <8 x float> %42)
  %63 = getelementptr i8, ptr %44, i64 12
  %64 = load float, ptr %63, align 4
  %.splatinsert8 = insertelement <8 x float> poison, float %64, i64 0
  %.splat9 = shufflevector <8 x float> %.splatinsert8, <8 x float> poison, <8 x i32> zeroinitializer
  %65 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat9, <8 x float> %53, <8 x float> %43)
  %66 = mul i64 %39, 2
  %67 = add i64 %66, 1
  %68 = mul i64 %67, 8
  %69 = getelementptr i8, ptr %28, i64 %68
  %70 = load i64, ptr %69, align 4
  %71 = getelementptr i8, ptr %38, i64 %70
  %72 = getelementptr i8, ptr %71, i64 0
  %73 = getelementptr i8, ptr %72, i64 0
  %74 = load <8 x float>, ptr %73, align 32
  %75 = getelementptr i8, ptr %44, i64 16
  %76 = load float, ptr %75, align 4
  %.splatinsert10 = insertelement <8 x float> poison, float %76, i64 0
  %.splat11 = shufflevector <8 x float> %.splatinsert10, <8 x float> poison, <8 x i32> zeroinitializer
  %77 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat11, <8 x float> %74, <8 x float> %56)
  %78 = getelementptr i8, ptr %44, i64 20
  %79 = load float, ptr %78, align 4
  %.splatinsert12 = insertelement <8 x float> poison, float %79, i64 0
  %.splat13 = shufflevector <8 x float> %.splatinsert12, <8 x float> poison, <8 x i32> zeroinitializer
  %80 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat13, <8 x float> %74, <8 x float> %59)
  %81 = getelementptr i8, ptr %44, i64 24
  %82 = load float, ptr %81, align 4
  %.splatinsert14 = insertelement <8 x float> poison, float %82, i64 0
  %.splat15 = shufflevector <8 x float> %.splatinsert14, <8 x float> poison, <8 x i32> zeroinitializer
  %83 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat15, <8 x float> %74, <8 x float> %62)
  %84 = getelementptr i8, ptr %44, i64 28
  %85 = load float, ptr %84, align 4
  %.splatinsert16 = insertelement <8 x float> poison, float %85, i64 0
  %.splat17 = shufflevector <8 x float> %.splatinsert16, <8 x float> poison, <8 x i32> zeroinitializer
  %86 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat17, <8 x float> %74, <8 x float> %65)
  %87 = getelementptr i8, ptr %44, i64 32
  %88 = add i64 %39, 1
  %89 = icmp ult i64 %88, 2
  br i1 %89, label %loop3, label %done18

done18:                                           ; preds = %loop3
  %90 = add i64 %29, 1
  %91 = icmp ult i64 %90, 4
  br i1 %91, label %loop2, label %done19

done19:                                           ; preds = %done18
  %92 = mul i64 %20, 1
  %93 = mul i64 %19, 32
  %94 = add i64 %93, %92
  %95 = add i64 %94, 0
  %96 = mul i64 %95, 160
  %97 = add i64 %96, 0
  %98 = getelementptr i8, ptr %2, i64 %97
  store <8 x float> %77, ptr %98, align 4
  %99 = add i64 %94, 8
  %100 = mul i64 %99, 160
  %101 = add i64 %100, 0
  %102 = getelementptr i8, ptr %2, i64 %101
  store <8 x float> %80, ptr %102, align 4
  %103 = add i64 %94, 16
  %104 = mul i64 %103, 160
  %105 = add i64 %104, 0
  %106 = getelementptr i8, ptr %2, i64 %105
  store <8 x float> %83, ptr %106, align 4
  %107 = add i64 %94, 24
  %108 = mul i64 %107, 160
  %109 = add i64 %108, 0
  %110 = getelementptr i8, ptr %2, i64 %109
  store <8 x float> %86, ptr %110, align 4
  %111 = add i64 %18, 1
  %112 = icmp ult i64 %111, %7
  br i1 %112, label %loop1, label %done20

done20:                                           ; preds = %done19
  ret void
}

; Function Attrs: nounwind
define void @rbgp_kernel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, ptr noalias %4, i64 %5) #0 {
entry:
  %6 = udiv i64 %5, 2
  %7 = urem i64 %5, 2
  %8 = mul i64 %6, 64
  %9 = mul i64 %6, 64
  %10 = getelementptr i8, ptr %1, i64 %9
  %11 = getelementptr i8, ptr %2, i64 %8
  %12 = mul i64 %7, 32
  %13 = udiv i64 %12, 2
  %14 = add i64 %7, 1
  %15 = mul i64 %14, 32
  %16 = udiv i64 %15, 2
  %17 = icmp ult i64 %6, 2
  br i1 %17, label %then, label %join

then:                                             ; preds = %entry
  call void @panel(ptr %0, ptr %10, ptr %11, ptr %3, ptr %4, ptr null, i64 %13, i64 %16)
  br label %join

join:                                             ; preds = %then, %entry
  %18 = icmp eq i64 %6, 2
  br i1 %18, label %then1, label %join2

then1:                                            ; preds = %join
  call void @tail_panel(ptr %0, ptr %10, ptr %11, ptr %3, ptr %4, ptr null, i64 %13, i64 %16)
  br label %join2

join2:                                            ; preds = %then1, %join
  ret void
}

; Function Attrs: nounwind
define void @rbgp_pack(ptr noalias %0, ptr noalias %1) #0 {
entry:
  br label %loop

loop:                                             ; preds = %done, %entry
  %2 = phi i64 [ 0, %entry ], [ %57, %done ]
  %3 = udiv i64 %2, 8
  %4 = urem i64 %2, 8
  %5 = mul i64 %4, 1
  %6 = mul i64 %3, 32
  %7 = add i64 %6, %5
  %8 = mul i64 %2, 256
  %9 = getelementptr i8, ptr %1, i64 %8
  br label %loop1

loop1:                                            ; preds = %join7, %loop
  %10 = phi i64 [ 0, %loop ], [ %55, %join7 ]
  %11 = add i64 %7, 0
  %12 = mul i64 %10, 4
  %13 = add i64 %12, 0
  %14 = mul i64 %13, 4
  %15 = getelementptr i8, ptr %9, i64 %14
  store float 0.000000e+00, ptr %15, align 4
  %16 = icmp ult i64 %11, 128
  br i1 %16, label %then, label %join

then:                                             ; preds = %loop1
  %17 = mul i64 %11, 16
  %18 = add i64 %17, %10
  %19 = mul i64 %18, 4
  %20 = getelementptr i8, ptr %0, i64 %19
  %21 = load float, ptr %20, align 4
  store float %21, ptr %15, align 4
  br label %join

join:                                             ; preds = %then, %loop1
  %22 = add i64 %7, 8
  %23 = mul i64 %10, 4
  %24 = add i64 %23, 1
  %25 = mul i64 %24, 4
  %26 = getelementptr i8, ptr %9, i64 %25
  store float 0.000000e+00, ptr %26, align 4
  %27 = icmp ult i64 %22, 128
  br i1 %27, label %then2, label %join3

then2:                                            ; preds = %join
  %28 = mul i64 %22, 16
  %29 = add i64 %28, %10
  %30 = mul i64 %29, 4
  %31 = getelementptr i8, ptr %0, i64 %30
  %32 = load float, ptr %31, align 4
  store float %32, ptr %26, align 4
  br label %join3

join3:                                            ; preds = %then2, %join
  %33 = add i64 %7, 16
  %34 = mul i64 %10, 4
  %35 = add i64 %34, 2
  %36 = mul i64 %35, 4
  %37 = getelementptr i8, ptr %9, i64 %36
  store float 0.000000e+00, ptr %37, align 4
  %38 = icmp ult i64 %33, 128
  br i1 %38, label %then4, label %join5

then4:                                            ; preds = %join3
  %39 = mul i64 %33, 16
  %40 = add i64 %39, %10
  %41 = mul i64 %40, 4
  %42 = getelementptr i8, ptr %0, i64 %41
  %43 = load float, ptr %42, align 4
  store float %43, ptr %37, align 4
  br label %join5

join5:                                            ; preds = %then4, %join3
  %44 = add i64 %7, 24
  %45 = mul i64 %10, 4
  %46 = add i64 %45, 3
  %47 = mul i64 %46, 4
  %48 = getelementptr i8, ptr %9, i64 %47
  store float 0.000000e+00, ptr %48, align 4
  %49 = icmp ult i64 %44, 128
  br i1 %49, label %then6, label %join7

then6:                                            ; preds = %join5
  %50 = mul i64 %44, 16
  %51 = add i64 %50, %10
  %52 = mul i64 %51, 4
  %53 = getelementptr i8, ptr %0, i64 %52
  %54 = load float, ptr %53, align 4
  store float %54, ptr %48, align 4
  br label %join7

join7:                                            ; preds = %then6, %join5
  %55 = add i64 %10, 1
  %56 = icmp ult i64 %55, 16
  br i1 %56, label %loop1, label %done

done:                                             ; preds = %join7
  %57 = add i64 %2, 1
  %58 = icmp ult i64 %57, 32
  br i1 %58, label %loop, label %done8

done8:                                            ; preds = %done
  ret void
}

attributes #0 = { nounwind "min-legal-vector-width"="256" "prefer-vector-width"="256" }
attributes #1 = { nocallback nofree nosync nounwind speculatable willreturn memory(none) }
