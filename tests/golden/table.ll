; O = W I, W 128 x 64 with pattern go=4x8@50,gr=4x1,gi=8x8@50,gb=1x1
; I 64 x 40, f32; target x86-64-v3
; kernel host_rbgp4mm immediate=0 pack_input=1 row_parts=2 tile_rows=4 tile_vectors=2 unroll=2
; rbgp generator version 1
; ModuleID = 'rbgp'
source_filename = "rbgp"

@go_offsets = private constant [16 x i64] [i64 1024, i64 2048, i64 2560, i64 3584, i64 512, i64 1536, i64 2048, i64 3072, i64 0, i64 512, i64 1536, i64 3072, i64 0, i64 1024, i64 2560, i64 3584]
@gi_offsets = private constant [32 x i64] [i64 0, i64 128, i64 192, i64 320, i64 64, i64 128, i64 192, i64 256, i64 0, i64 192, i64 320, i64 384, i64 0, i64 64, i64 128, i64 192, i64 64, i64 256, i64 384, i64 448, i64 0, i64 320, i64 384, i64 448, i64 64, i64 128, i64 256, i64 448, i64 256, i64 320, i64 384, i64 448]
@go_offsets.1 = private constant [16 x i64] [i64 512, i64 1024, i64 1280, i64 1792, i64 256, i64 768, i64 1024, i64 1536, i64 0, i64 256, i64 768, i64 1536, i64 0, i64 512, i64 1280, i64 1792]
@gi_offsets.2 = private constant [32 x i64] [i64 0, i64 64, i64 96, i64 160, i64 32, i64 64, i64 96, i64 128, i64 0, i64 96, i64 160, i64 192, i64 0, i64 32, i64 64, i64 96, i64 32, i64 128, i64 192, i64 224, i64 0, i64 160, i64 192, i64 224, i64 32, i64 64, i64 128, i64 224, i64 128, i64 160, i64 192, i64 224]

; Function Attrs: nounwind
define internal void @panel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, i64 %4, i64 %5) #0 {
entry:
  br label %loop

loop:                                             ; preds = %loop, %entry
  %6 = phi i64 [ 0, %entry ], [ %17, %loop ]
  %7 = mul i64 %6, 160
  %8 = getelementptr i8, ptr %1, i64 %7
  %9 = mul i64 %6, 64
  %10 = getelementptr i8, ptr %3, i64 %9
  %11 = getelementptr i8, ptr %8, i64 0
  %12 = load <8 x float>, ptr %11, align 4
  %13 = getelementptr i8, ptr %10, i64 0
  store <8 x float> %12, ptr %13, align 32
  %14 = getelementptr i8, ptr %8, i64 32
  %15 = load <8 x float>, ptr %14, align 4
  %16 = getelementptr i8, ptr %10, i64 32
  store <8 x float> %15, ptr %16, align 32
  %17 = add i64 %6, 1
  %18 = icmp ult i64 %17, 64
  br i1 %18, label %loop, label %done

done:                                             ; preds = %loop
  br label %loop1

loop1:                                            ; preds = %done19, %done
  %19 = phi i64 [ %4, %done ], [ %136, %done19 ]
  %20 = udiv i64 %19, 8
  %21 = urem i64 %19, 8
  %22 = udiv i64 %20, 1
  %23 = mul i64 %22, 32
  %24 = getelementptr i8, ptr @go_offsets, i64 %23
  %25 = udiv i64 %21, 1
  %26 = mul i64 %19, 256
  %27 = getelementptr i8, ptr %0, i64 %26
  %28 = mul i64 %25, 32
  %29 = getelementptr i8, ptr @gi_offsets, i64 %28
  br label %loop2

loop2:                                            ; preds = %done18, %loop1
  %30 = phi i64 [ 0, %loop1 ], [ %111, %done18 ]
  %31 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %94, %done18 ]
  %32 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %95, %done18 ]
  %33 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %98, %done18 ]
  %34 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %99, %done18 ]
  %35 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %102, %done18 ]
  %36 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %103, %done18 ]
  %37 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %106, %done18 ]
  %38 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %107, %done18 ]
  %39 = phi ptr [ %27, %loop1 ], [ %108, %done18 ]
  %40 = mul i64 %30, 8
  %41 = getelementptr i8, ptr %24, i64 %40
  %42 = load i64, ptr %41, align 4
  %43 = getelementptr i8, ptr %3, i64 %42
  br label %loop3

loop3:                                            ; preds = %loop3, %loop2
  %44 = phi i64 [ 0, %loop2 ], [ %109, %loop3 ]
  %45 = phi <8 x float> [ %31, %loop2 ], [ %94, %loop3 ]
  %46 = phi <8 x float> [ %32, %loop2 ], [ %95, %loop3 ]
  %47 = phi <8 x float> [ %33, %loop2 ], [ %98, %loop3 ]
  %48 = phi <8 x float> [ %34, %loop2 ], [ %99, %loop3 ]
  %49 = phi <8 x float> [ %35, %loop2 ], [ %102, %loop3 ]
  %50 = phi <8 x float> [ %36, %loop2 ], [ %103, %loop3 ]
  %51 = phi <8 x float> [ %37, %loop2 ], [ %106, %loop3 ]
  %52 = phi <8 x float> [ %38, %loop2 ], [ %107, %loop3 ]
  %53 = phi ptr [ %39, %loop2 ], [ %108, %loop3 ]
  %54 = mul i64 %44, 2
  %55 = add i64 %54, 0
  %56 = mul i64 %55, 8
  %57 = getelementptr i8, ptr %29, i64 %56
  %58 = load i64, ptr %57, align 4
  %59 = getelementptr i8, ptr %43, i64 %58
  %60 = getelementptr i8, ptr %59, i64 0
  %61 = getelementptr i8, ptr %60, i64 0
  %62 = load <8 x float>, ptr %61, align 32
  %63 = getelementptr i8, ptr %60, i64 32
  %64 = load <8 x float>, ptr %63, align 32
  %65 = getelementptr i8, ptr %53, i64 0
  %66 = load float, ptr %65, align 4
  %.splatinsert = insertelement <8 x float> poison, float %66, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %67 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %62, <8 x float> %45)
  %68 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %64, <8 x float> %46)
  %69 = getelementptr i8, ptr %53, i64 4
  %70 = load float, ptr %69, align 4
  %.splatinsert4 = insertelement <8 x float> poison, float %70, i64 0
  %.splat5 = shufflevector <8 x float> %.splatinsert4, <8 x float> poison, <8 x i32> zeroinitializer
  %71 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %62, <8 x float> %47)
  %72 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %64, <8 x float> %48)
  %73 = getelementptr i8, ptr %53, i64 8
  %74 = load float, ptr %73, align 4
  %.splatinsert6 = insertelement <8 x float> poison, float %74, i64 0
  %.splat7 = shufflevector <8 x float> %.splatinsert6, <8 x float> poison, <8 x i32> zeroinitializer
  %75 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %62, <8 x float> %49)
  %76 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %64, <8 x float> %50)
  %77 = getelementptr i8, ptr %53, i64 12
  %78 = load float, ptr %77, align 4
  %.splatinsert8 = insertelement <8 x float> poison, float %78, i64 0
  %.splat9 = shufflevector <8 x float> %.splatinsert8, <8 x float> poison, <8 x i32> zeroinitializer
  %79 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat9, <8 x float> %62, <8 x float> %51)
  %80 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat9, <8 x float> %64, <8 x float> %52)
  %81 = mul i64 %44, 2
  %82 = add i64 %81, 1
  %83 = mul i64 %82, 8
  %84 = getelementptr i8, ptr %29, i64 %83
  %85 = load i64, ptr %84, align 4
  %86 = getelementptr i8, ptr %43, i64 %85
  %87 = getelementptr i8, ptr %86, i64 0
  %88 = getelementptr i8, ptr %87, i64 0
  %89 = load <8 x float>, ptr %88, align 32
  %90 = getelementptr i8, ptr %87, i64 32
  %91 = load <8 x float>, ptr %90, align 32
  %92 = getelementptr i8, ptr %53, i64 16
  %93 = load float, ptr %92, align 4
  %.splatinsert10 = insertelement <8 x float> poison, float %93, i64 0
  %.splat11 = shufflevector <8 x float> %.splatinsert10, <8 x float> poison, <8 x i32> zeroinitializer
  %94 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat11, <8 x float> %89, <8 x float> %67)
  %95 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat11, <8 x float> %91, <8 x float> %68)
  %96 = getelementptr i8, ptr %53, i64 20
  %97 = load float, ptr %96, align 4
  %.splatinsert12 = insertelement <8 x float> poison, float %97, i64 0
  %.splat13 = shufflevector <8 x float> %.splatinsert12, <8 x float> poison, <8 x i32> zeroinitializer
  %98 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat13, <8 x float> %89, <8 x float> %71)
  %99 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat13, <8 x float> %91, <8 x float> %72)
  %100 = getelementptr i8, ptr %53, i64 24
  %101 = load float, ptr %100, align 4
  %.splatinsert14 = insertelement <8 x float> poison, float %101, i64 0
  %.splat15 = shufflevector <8 x float> %.splatinsert14, <8 x float> poison, <8 x i32> zeroinitializer
  %102 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat15, <8 x float> %89, <8 x float> %75)
  %103 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat15, <8 x float> %91, <8 x float> %76)
  %104 = getelementptr i8, ptr %53, i64 28
  %105 = load float, ptr %104, align 4
  %.splatinsert16 = insertelement <8 x float> poison, float %105, i64 0
  %.splat17 = shufflevector <8 x float> %.splatinsert16, <8 x float> poison, <8 x i32> zeroinitializer
  %106 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat17, <8 x float> %89, <8 x float> %79)
  %107 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat17, <8 x float> %91, <8 x float> %80)
  %108 = getelementptr i8, ptr %53, i64 32
  %109 = add i64 %44, 1
  %110 = icmp ult i64 %109, 2
  br i1 %110, label %loop3, label %done18

done18:                                           ; preds = %loop3
  %111 = add i64 %30, 1
  %112 = icmp ult i64 %111, 4
  br i1 %112, label %loop2, label %done19

done19:                                           ; preds = %done18
  %113 = mul i64 %21, 1
  %114 = mul i64 %20, 32
  %115 = add i64 %114, %113
  %116 = add i64 %115, 0
  %117 = mul i64 %116, 160
  %118 = getelementptr i8, ptr %2, i64 %117
  %119 = getelementptr i8, ptr %118, i64 0
  store <8 x float> %94, ptr %119, align 4
  %120 = getelementptr i8, ptr %118, i64 32
  store <8 x float> %95, ptr %120, align 4
  %121 = add i64 %115, 8
  %122 = mul i64 %121, 160
  %123 = getelementptr i8, ptr %2, i64 %122
  %124 = getelementptr i8, ptr %123, i64 0
  store <8 x float> %98, ptr %124, align 4
  %125 = getelementptr i8, ptr %123, i64 32
  store <8 x float> %99, ptr %125, align 4
  %126 = add i64 %115, 16
  %127 = mul i64 %126, 160
  %128 = getelementptr i8, ptr %2, i64 %127
  %129 = getelementptr i8, ptr %128, i64 0
  store <8 x float> %102, ptr %129, align 4
  %130 = getelementptr i8, ptr %128, i64 32
  store <8 x float> %103, ptr %130, align 4
  %131 = add i64 %115, 24
  %132 = mul i64 %131, 160
  %133 = getelementptr i8, ptr %2, i64 %132
  %134 = getelementptr i8, ptr %133, i64 0
  store <8 x float> %106, ptr %134, align 4
  %135 = getelementptr i8, ptr %133, i64 32
  store <8 x float> %107, ptr %135, align 4
  %136 = add i64 %19, 1
  %137 = icmp ult i64 %136, %5
  br i1 %137, label %loop1, label %done20

done20:                                           ; preds = %done19
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare <8 x float> @llvm.fmuladd.v8f32(<8 x float>, <8 x float>, <8 x float>) #1

; Function Attrs: nounwind
define internal void @tail_panel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, i64 %4, i64 %5) #0 {
entry:
  br label %loop

loop:                                             ; preds = %loop, %entry
  %6 = phi i64 [ 0, %entry ], [ %14, %loop ]
  %7 = mul i64 %6, 160
  %8 = getelementptr i8, ptr %1, i64 %7
  %9 = mul i64 %6, 32
  %10 = getelementptr i8, ptr %3, i64 %9
  %11 = getelementptr i8, ptr %8, i64 0
  %12 = load <8 x float>, ptr %11, align 4
  %13 = getelementptr i8, ptr %10, i64 0
  store <8 x float> %12, ptr %13, align 32
  %14 = add i64 %6, 1
  %15 = icmp ult i64 %14, 64
  br i1 %15, label %loop, label %done

done:                                             ; preds = %loop
  br label %loop1

loop1:                                            ; preds = %done19, %done
  %16 = phi i64 [ %4, %done ], [ %109, %done19 ]
  %17 = udiv i64 %16, 8
  %18 = urem i64 %16, 8
  %19 = udiv i64 %17, 1
  %20 = mul i64 %19, 32
  %21 = getelementptr i8, ptr @go_offsets.1, i64 %20
  %22 = udiv i64 %18, 1
  %23 = mul i64 %16, 256
  %24 = getelementptr i8, ptr %0, i64 %23
  %25 = mul i64 %22, 32
  %26 = getelementptr i8, ptr @gi_offsets.2, i64 %25
  br label %loop2

loop2:                                            ; preds = %done18, %loop1
  %27 = phi i64 [ 0, %loop1 ], [ %88, %done18 ]
  %28 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %75, %done18 ]
  %29 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %78, %done18 ]
  %30 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %81, %done18 ]
  %31 = phi <8 x float> [ zeroinitializer, %loop1 ], [ %84, %done18 ]
  %32 = phi ptr [ %24, %loop1 ], [ %85, %done18 ]
  %33 = mul i64 %27, 8
  %34 = getelementptr i8, ptr %21, i64 %33
  %35 = load i64, ptr %34, align 4
  %36 = getelementptr i8, ptr %3, i64 %35
  br label %loop3

loop3:                                            ; preds = %loop3, %loop2
  %37 = phi i64 [ 0, %loop2 ], [ %86, %loop3 ]
  %38 = phi <8 x float> [ %28, %loop2 ], [ %75, %loop3 ]
  %39 = phi <8 x float> [ %29, %loop2 ], [ %78, %loop3 ]
  %40 = phi <8 x float> [ %30, %loop2 ], [ %81, %loop3 ]
  %41 = phi <8 x float> [ %31, %loop2 ], [ %84, %loop3 ]
  %42 = phi ptr [ %32, %loop2 ], [ %85, %loop3 ]
  %43 = mul i64 %37, 2
  %44 = add i64 %43, 0
  %45 = mul i64 %44, 8
  %46 = getelementptr i8, ptr %26, i64 %45
  %47 = load i64, ptr %46, align 4
  %48 = getelementptr i8, ptr %36, i64 %47
  %49 = getelementptr i8, ptr %48, i64 0
  %50 = getelementptr i8, ptr %49, i64 0
  %51 = load <8 x float>, ptr %50, align 32
  %52 = getelementptr i8, ptr %42, i64 0
  %53 = load float, ptr %52, align 4
  %.splatinsert = insertelement <8 x float> poison, float %53, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %54 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %51, <8 x float> %38)
  %55 = getelementptr i8, ptr %42, i64 4
  %56 = load float, ptr %55, align 4
  %.splatinsert4 = insertelement <8 x float> poison, float %56, i64 0
  %.splat5 = shufflevector <8 x float> %.splatinsert4, <8 x float> poison, <8 x i32> zeroinitializer
  %57 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %51, <8 x float> %39)
  %58 = getelementptr i8, ptr %42, i64 8
  %59 = load float, ptr %58, align 4
  %.splatinsert6 = insertelement <8 x float> poison, float %59, i64 0
  %.splat7 = shufflevector <8 x float> %.splatinsert6, <8 x float> poison, <8 x i32> zeroinitializer
  %60 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %51, <8 x float> %40)
  %61 = getelementptr i8, ptr %42, i64 12
  %62 = load float, ptr %61, align 4
  %.splatinsert8 = insertelement <8 x float> poison, float %62, i64 0
  %.splat9 = shufflevector <8 x float> %.splatinsert8, <8 x float> poison, <8 x i32> zeroinitializer
  %63 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat9, <8 x float> %51, <8 x float> %41)
  %64 = mul i64 %37, 2
  %65 = add i64 %64, 1
  %66 = mul i64 %65, 8
  %67 = getelementptr i8, ptr %26, i64 %66
  %68 = load i64, ptr %67, align 4
  %69 = getelementptr i8, ptr %36, i64 %68
  %70 = getelementptr i8, ptr %69, i64 0
  %71 = getelementptr i8, ptr %70, i64 0
  %72 = load <8 x float>, ptr %71, align 32
  %73 = getelementptr i8, ptr %42, i64 16
  %74 = load float, ptr %73, align 4
  %.splatinsert10 = insertelement <8 x float> poison, float %74, i64 0
  %.splat11 = shufflevector <8 x float> %.splatinsert10, <8 x float> poison, <8 x i32> zeroinitializer
  %75 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat11, <8 x float> %72, <8 x float> %54)
  %76 = getelementptr i8, ptr %42, i64 20
  %77 = load float, ptr %76, align 4
  %.splatinsert12 = insertelement <8 x float> poison, float %77, i64 0
  %.splat13 = shufflevector <8 x float> %.splatinsert12, <8 x float> poison, <8 x i32> zeroinitializer
  %78 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat13, <8 x float> %72, <8 x float> %57)
  %79 = getelementptr i8, ptr %42, i64 24
  %80 = load float, ptr %79, align 4
  %.splatinsert14 = insertelement <8 x float> poison, float %80, i64 0
  %.splat15 = shufflevector <8 x float> %.splatinsert14, <8 x float> poison, <8 x i32> zeroinitializer
  %81 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat15, <8 x float> %72, <8 x float> %60)
  %82 = getelementptr i8, ptr %42, i64 28
  %83 = load float, ptr %82, align 4
  %.splatinsert16 = insertelement <8 x float> poison, float %83, i64 0
  %.splat17 = shufflevector <8 x float> %.splatinsert16, <8 x float> poison, <8 x i32> zeroinitializer
  %84 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat17, <8 x float> %72, <8 x float> %63)
  %85 = getelementptr i8, ptr %42, i64 32
  %86 = add i64 %37, 1
  %87 = icmp ult i64 %86, 2
  br i1 %87, label %loop3, label %done18

done18:                                           ; preds = %loop3
  %88 = add i64 %27, 1
  %89 = icmp ult i64 %88, 4
  br i1 %89, label %loop2, label %done19

done19:                                           ; preds = %done18
  %90 = mul i64 %18, 1
  %91 = mul i64 %17, 32
  %92 = add i64 %91, %90
  %93 = add i64 %92, 0
  %94 = mul i64 %93, 160
  %95 = getelementptr i8, ptr %2, i64 %94
  %96 = getelementptr i8, ptr %95, i64 0
  store <8 x float> %75, ptr %96, align 4
  %97 = add i64 %92, 8
  %98 = mul i64 %97, 160
  %99 = getelementptr i8, ptr %2, i64 %98
  %100 = getelementptr i8, ptr %99, i64 0
  store <8 x float> %78, ptr %100, align 4
  %101 = add i64 %92, 16
  %102 = mul i64 %101, 160
  %103 = getelementptr i8, ptr %2, i64 %102
  %104 = getelementptr i8, ptr %103, i64 0
  store <8 x float> %81, ptr %104, align 4
  %105 = add i64 %92, 24
  %106 = mul i64 %105, 160
  %107 = getelementptr i8, ptr %2, i64 %106
  %108 = getelementptr i8, ptr %107, i64 0
  store <8 x float> %84, ptr %108, align 4
  %109 = add i64 %16, 1
  %110 = icmp ult i64 %109, %5
  br i1 %110, label %loop1, label %done20

done20:                                           ; preds = %done19
  ret void
}

; Function Attrs: nounwind
define void @rbgp_kernel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, i64 %4) #0 {
entry:
  %5 = udiv i64 %4, 2
  %6 = urem i64 %4, 2
  %7 = mul i64 %5, 64
  %8 = getelementptr i8, ptr %1, i64 %7
  %9 = getelementptr i8, ptr %2, i64 %7
  %10 = mul i64 %6, 32
  %11 = udiv i64 %10, 2
  %12 = add i64 %6, 1
  %13 = mul i64 %12, 32
  %14 = udiv i64 %13, 2
  %15 = icmp ult i64 %5, 2
  br i1 %15, label %then, label %join

then:                                             ; preds = %entry
  call void @panel(ptr %0, ptr %8, ptr %9, ptr %3, i64 %11, i64 %14)
  br label %join

join:                                             ; preds = %then, %entry
  %16 = icmp eq i64 %5, 2
  br i1 %16, label %then1, label %join2

then1:                                            ; preds = %join
  call void @tail_panel(ptr %0, ptr %8, ptr %9, ptr %3, i64 %11, i64 %14)
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
