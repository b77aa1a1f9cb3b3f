; O = W I, W 11 x 6 with pattern go=2x2,gr=1x1,gi=3x3@33.3333333,gb=2x1
; I 6 x 10, f32; target x86-64-v3
; kernel host_rbgp4mm immediate=1 pack_input=0 row_parts=1 tile_rows=2 tile_vectors=1 unroll=1
; rbgp generator version 1
; ModuleID = 'rbgp'
source_filename = "rbgp"

@go_offsets = private constant [4 x i64] [i64 0, i64 120, i64 0, i64 120]
@go_offsets.1 = private constant [4 x i64] [i64 0, i64 120, i64 0, i64 120]

; Function Attrs: nounwind
define internal void @panel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, i64 %4, i64 %5) #0 {
entry:
  br label %loop

loop:                                             ; preds = %join, %entry
  %6 = phi i64 [ %4, %entry ], [ %15, %join ]
  %7 = udiv i64 %6, 3
  %8 = urem i64 %6, 3
  %9 = udiv i64 %7, 1
  %10 = mul i64 %9, 16
  %11 = getelementptr i8, ptr @go_offsets, i64 %10
  %12 = udiv i64 %8, 1
  %13 = mul i64 %6, 32
  %14 = getelementptr i8, ptr %0, i64 %13
  switch i64 %12, label %nowhere [
    i64 0, label %gi
    i64 1, label %gi11
    i64 2, label %gi26
  ]

join:                                             ; preds = %join40, %join25, %join10
  %15 = add i64 %6, 1
  %16 = icmp ult i64 %15, %5
  br i1 %16, label %loop, label %done41

nowhere:                                          ; preds = %loop
  unreachable

gi:                                               ; preds = %loop
  br label %loop1

loop1:                                            ; preds = %loop1, %gi
  %17 = phi i64 [ 0, %gi ], [ %44, %loop1 ]
  %18 = phi <8 x float> [ zeroinitializer, %gi ], [ %39, %loop1 ]
  %19 = phi <8 x float> [ zeroinitializer, %gi ], [ %42, %loop1 ]
  %20 = phi ptr [ %14, %gi ], [ %43, %loop1 ]
  %21 = mul i64 %17, 8
  %22 = getelementptr i8, ptr %11, i64 %21
  %23 = load i64, ptr %22, align 4
  %24 = getelementptr i8, ptr %1, i64 %23
  %25 = getelementptr i8, ptr %24, i64 0
  %26 = getelementptr i8, ptr %25, i64 0
  %27 = load <8 x float>, ptr %26, align 4
  %28 = getelementptr i8, ptr %20, i64 0
  %29 = load float, ptr %28, align 4
  %.splatinsert = insertelement <8 x float> poison, float %29, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %30 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %27, <8 x float> %18)
  %31 = getelementptr i8, ptr %20, i64 4
  %32 = load float, ptr %31, align 4
  %.splatinsert2 = insertelement <8 x float> poison, float %32, i64 0
  %.splat3 = shufflevector <8 x float> %.splatinsert2, <8 x float> poison, <8 x i32> zeroinitializer
  %33 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat3, <8 x float> %27, <8 x float> %19)
  %34 = getelementptr i8, ptr %24, i64 80
  %35 = getelementptr i8, ptr %34, i64 0
  %36 = load <8 x float>, ptr %35, align 4
  %37 = getelementptr i8, ptr %20, i64 8
  %38 = load float, ptr %37, align 4
  %.splatinsert4 = insertelement <8 x float> poison, float %38, i64 0
  %.splat5 = shufflevector <8 x float> %.splatinsert4, <8 x float> poison, <8 x i32> zeroinitializer
  %39 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %36, <8 x float> %30)
  %40 = getelementptr i8, ptr %20, i64 12
  %41 = load float, ptr %40, align 4
  %.splatinsert6 = insertelement <8 x float> poison, float %41, i64 0
  %.splat7 = shufflevector <8 x float> %.splatinsert6, <8 x float> poison, <8 x i32> zeroinitializer
  %42 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %36, <8 x float> %33)
  %43 = getelementptr i8, ptr %20, i64 16
  %44 = add i64 %17, 1
  %45 = icmp ult i64 %44, 2
  br i1 %45, label %loop1, label %done

done:                                             ; preds = %loop1
  %46 = mul i64 %8, 2
  %47 = mul i64 %7, 6
  %48 = add i64 %47, %46
  %49 = add i64 %48, 0
  %50 = icmp ult i64 %49, 11
  br i1 %50, label %then, label %join8

then:                                             ; preds = %done
  %51 = mul i64 %49, 40
  %52 = getelementptr i8, ptr %2, i64 %51
  %53 = getelementptr i8, ptr %52, i64 0
  store <8 x float> %39, ptr %53, align 4
  br label %join8

join8:                                            ; preds = %then, %done
  %54 = add i64 %48, 1
  %55 = icmp ult i64 %54, 11
  br i1 %55, label %then9, label %join10

then9:                                            ; preds = %join8
  %56 = mul i64 %54, 40
  %57 = getelementptr i8, ptr %2, i64 %56
  %58 = getelementptr i8, ptr %57, i64 0
  store <8 x float> %42, ptr %58, align 4
  br label %join10

join10:                                           ; preds = %then9, %join8
  br label %join

gi11:                                             ; preds = %loop
  br label %loop12

loop12:                                           ; preds = %loop12, %gi11
  %59 = phi i64 [ 0, %gi11 ], [ %86, %loop12 ]
  %60 = phi <8 x float> [ zeroinitializer, %gi11 ], [ %81, %loop12 ]
  %61 = phi <8 x float> [ zeroinitializer, %gi11 ], [ %84, %loop12 ]
  %62 = phi ptr [ %14, %gi11 ], [ %85, %loop12 ]
  %63 = mul i64 %59, 8
  %64 = getelementptr i8, ptr %11, i64 %63
  %65 = load i64, ptr %64, align 4
  %66 = getelementptr i8, ptr %1, i64 %65
  %67 = getelementptr i8, ptr %66, i64 40
  %68 = getelementptr i8, ptr %67, i64 0
  %69 = load <8 x float>, ptr %68, align 4
  %70 = getelementptr i8, ptr %62, i64 0
  %71 = load float, ptr %70, align 4
  %.splatinsert13 = insertelement <8 x float> poison, float %71, i64 0
  %.splat14 = shufflevector <8 x float> %.splatinsert13, <8 x float> poison, <8 x i32> zeroinitializer
  %72 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat14, <8 x float> %69, <8 x float> %60)
  %73 = getelementptr i8, ptr %62, i64 4
  %74 = load float, ptr %73, align 4
  %.splatinsert15 = insertelement <8 x float> poison, float %74, i64 0
  %.splat16 = shufflevector <8 x float> %.splatinsert15, <8 x float> poison, <8 x i32> zeroinitializer
  %75 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat16, <8 x float> %69, <8 x float> %61)
  %76 = getelementptr i8, ptr %66, i64 80
  %77 = getelementptr i8, ptr %76, i64 0
  %78 = load <8 x float>, ptr %77, align 4
  %79 = getelementptr i8, ptr %62, i64 8
  %80 = load float, ptr %79, align 4
  %.splatinsert17 = insertelement <8 x float> poison, float %80, i64 0
  %.splat18 = shufflevector <8 x float> %.splatinsert17, <8 x float> poison, <8 x i32> zeroinitializer
  %81 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat18, <8 x float> %78, <8 x float> %72)
  %82 = getelementptr i8, ptr %62, i64 12
  %83 = load float, ptr %82, align 4
  %.splatinsert19 = insertelement <8 x float> poison, float %83, i64 0
  %.splat20 = shufflevector <8 x float> %.splatinsert19, <8 x float> poison, <8 x i32> zeroinitializer
  %84 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat20, <8 x float> %78, <8 x float> %75)
  %85 = getelementptr i8, ptr %62, i64 16
  %86 = add i64 %59, 1
  %87 = icmp ult i64 %86, 2
  br i1 %87, label %loop12, label %done21

done21:                                           ; preds = %loop12
  %88 = mul i64 %8, 2
  %89 = mul i64 %7, 6
  %90 = add i64 %89, %88
  %91 = add i64 %90, 0
  %92 = icmp ult i64 %91, 11
  br i1 %92, label %then22, label %join23

then22:                                           ; preds = %done21
  %93 = mul i64 %91, 40
  %94 = getelementptr i8, ptr %2, i64 %93
  %95 = getelementptr i8, ptr %94, i64 0
  store <8 x float> %81, ptr %95, align 4
  br label %join23

join23:                                           ; preds = %then22, %done21
  %96 = add i64 %90, 1
  %97 = icmp ult i64 %96, 11
  br i1 %97, label %then24, label %join25

then24:                                           ; preds = %join23
  %98 = mul i64 %96, 40
  %99 = getelementptr i8, ptr %2, i64 %98
  %100 = getelementptr i8, ptr %99, i64 0
  store <8 x float> %84, ptr %100, align 4
  br label %join25

join25:                                           ; preds = %then24, %join23
  br label %join

gi26:                                             ; preds = %loop
  br label %loop27

loop27:                                           ; preds = %loop27, %gi26
  %101 = phi i64 [ 0, %gi26 ], [ %128, %loop27 ]
  %102 = phi <8 x float> [ zeroinitializer, %gi26 ], [ %123, %loop27 ]
  %103 = phi <8 x float> [ zeroinitializer, %gi26 ], [ %126, %loop27 ]
  %104 = phi ptr [ %14, %gi26 ], [ %127, %loop27 ]
  %105 = mul i64 %101, 8
  %106 = getelementptr i8, ptr %11, i64 %105
  %107 = load i64, ptr %106, align 4
  %108 = getelementptr i8, ptr %1, i64 %107
  %109 = getelementptr i8, ptr %108, i64 0
  %110 = getelementptr i8, ptr %109, i64 0
  %111 = load <8 x float>, ptr %110, align 4
  %112 = getelementptr i8, ptr %104, i64 0
  %113 = load float, ptr %112, align 4
  %.splatinsert28 = insertelement <8 x float> poison, float %113, i64 0
  %.splat29 = shufflevector <8 x float> %.splatinsert28, <8 x float> poison, <8 x i32> zeroinitializer
  %114 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat29, <8 x float> %111, <8 x float> %102)
  %115 = getelementptr i8, ptr %104, i64 4
  %116 = load float, ptr %115, align 4
  %.splatinsert30 = insertelement <8 x float> poison, float %116, i64 0
  %.splat31 = shufflevector <8 x float> %.splatinsert30, <8 x float> poison, <8 x i32> zeroinitializer
  %117 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat31, <8 x float> %111, <8 x float> %103)
  %118 = getelementptr i8, ptr %108, i64 40
  %119 = getelementptr i8, ptr %118, i64 0
  %120 = load <8 x float>, ptr %119, align 4
  %121 = getelementptr i8, ptr %104, i64 8
  %122 = load float, ptr %121, align 4
  %.splatinsert32 = insertelement <8 x float> poison, float %122, i64 0
  %.splat33 = shufflevector <8 x float> %.splatinsert32, <8 x float> poison, <8 x i32> zeroinitializer
  %123 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat33, <8 x float> %120, <8 x float> %114)
  %124 = getelementptr i8, ptr %104, i64 12
  %125 = load float, ptr %124, align 4
  %.splatinsert34 = insertelement <8 x float> poison, float %125, i64 0
  %.splat35 = shufflevector <8 x float> %.splatinsert34, <8 x float> poison, <8 x i32> zeroinitializer
  %126 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat35, <8 x float> %120, <8 x float> %117)
  %127 = getelementptr i8, ptr %104, i64 16
  %128 = add i64 %101, 1
  %129 = icmp ult i64 %128, 2
  br i1 %129, label %loop27, label %done36

done36:                                           ; preds = %loop27
  %130 = mul i64 %8, 2
  %131 = mul i64 %7, 6
  %132 = add i64 %131, %130
  %133 = add i64 %132, 0
  %134 = icmp ult i64 %133, 11
  br i1 %134, label %then37, label %join38

then37:                                           ; preds = %done36
  %135 = mul i64 %133, 40
  %136 = getelementptr i8, ptr %2, i64 %135
  %137 = getelementptr i8, ptr %136, i64 0
  store <8 x float> %123, ptr %137, align 4
  br label %join38

join38:                                           ; preds = %then37, %done36
  %138 = add i64 %132, 1
  %139 = icmp ult i64 %138, 11
  br i1 %139, label %then39, label %join40

then39:                                           ; preds = %join38
  %140 = mul i64 %138, 40
  %141 = getelementptr i8, ptr %2, i64 %140
  %142 = getelementptr i8, ptr %141, i64 0
  store <8 x float> %126, ptr %142, align 4
  br label %join40

join40:                                           ; preds = %then39, %join38
  br label %join

done41:                                           ; preds = %join
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare <8 x float> @llvm.fmuladd.v8f32(<8 x float>, <8 x float>, <8 x float>) #1

; Function Attrs: nounwind
define internal void @tail_panel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, i64 %4, i64 %5) #0 {
entry:
  br label %loop

loop:                                             ; preds = %join, %entry
  %6 = phi i64 [ %4, %entry ], [ %15, %join ]
  %7 = udiv i64 %6, 3
  %8 = urem i64 %6, 3
  %9 = udiv i64 %7, 1
  %10 = mul i64 %9, 16
  %11 = getelementptr i8, ptr @go_offsets.1, i64 %10
  %12 = udiv i64 %8, 1
  %13 = mul i64 %6, 32
  %14 = getelementptr i8, ptr %0, i64 %13
  switch i64 %12, label %nowhere [
    i64 0, label %gi
    i64 1, label %gi11
    i64 2, label %gi26
  ]

join:                                             ; preds = %join40, %join25, %join10
  %15 = add i64 %6, 1
  %16 = icmp ult i64 %15, %5
  br i1 %16, label %loop, label %done41

nowhere:                                          ; preds = %loop
  unreachable

gi:                                               ; preds = %loop
  br label %loop1

loop1:                                            ; preds = %loop1, %gi
  %17 = phi i64 [ 0, %gi ], [ %44, %loop1 ]
  %18 = phi <8 x float> [ zeroinitializer, %gi ], [ %39, %loop1 ]
  %19 = phi <8 x float> [ zeroinitializer, %gi ], [ %42, %loop1 ]
  %20 = phi ptr [ %14, %gi ], [ %43, %loop1 ]
  %21 = mul i64 %17, 8
  %22 = getelementptr i8, ptr %11, i64 %21
  %23 = load i64, ptr %22, align 4
  %24 = getelementptr i8, ptr %1, i64 %23
  %25 = getelementptr i8, ptr %24, i64 0
  %26 = getelementptr i8, ptr %25, i64 0
  %27 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %26, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %28 = getelementptr i8, ptr %20, i64 0
  %29 = load float, ptr %28, align 4
  %.splatinsert = insertelement <8 x float> poison, float %29, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %30 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %27, <8 x float> %18)
  %31 = getelementptr i8, ptr %20, i64 4
  %32 = load float, ptr %31, align 4
  %.splatinsert2 = insertelement <8 x float> poison, float %32, i64 0
  %.splat3 = shufflevector <8 x float> %.splatinsert2, <8 x float> poison, <8 x i32> zeroinitializer
  %33 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat3, <8 x float> %27, <8 x float> %19)
  %34 = getelementptr i8, ptr %24, i64 80
  %35 = getelementptr i8, ptr %34, i64 0
  %36 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %35, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %37 = getelementptr i8, ptr %20, i64 8
  %38 = load float, ptr %37, align 4
  %.splatinsert4 = insertelement <8 x float> poison, float %38, i64 0
  %.splat5 = shufflevector <8 x float> %.splatinsert4, <8 x float> poison, <8 x i32> zeroinitializer
  %39 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %36, <8 x float> %30)
  %40 = getelementptr i8, ptr %20, i64 12
  %41 = load float, ptr %40, align 4
  %.splatinsert6 = insertelement <8 x float> poison, float %41, i64 0
  %.splat7 = shufflevector <8 x float> %.splatinsert6, <8 x float> poison, <8 x i32> zeroinitializer
  %42 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %36, <8 x float> %33)
  %43 = getelementptr i8, ptr %20, i64 16
  %44 = add i64 %17, 1
  %45 = icmp ult i64 %44, 2
  br i1 %45, label %loop1, label %done

done:                                             ; preds = %loop1
  %46 = mul i64 %8, 2
  %47 = mul i64 %7, 6
  %48 = add i64 %47, %46
  %49 = add i64 %48, 0
  %50 = icmp ult i64 %49, 11
  br i1 %50, label %then, label %join8

then:                                             ; preds = %done
  %51 = mul i64 %49, 40
  %52 = getelementptr i8, ptr %2, i64 %51
  %53 = getelementptr i8, ptr %52, i64 0
  call void @llvm.masked.store.v8f32.p0(<8 x float> %39, ptr %53, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>)
  br label %join8

join8:                                            ; preds = %then, %done
  %54 = add i64 %48, 1
  %55 = icmp ult i64 %54, 11
  br i1 %55, label %then9, label %join10

then9:                                            ; preds = %join8
  %56 = mul i64 %54, 40
  %57 = getelementptr i8, ptr %2, i64 %56
  %58 = getelementptr i8, ptr %57, i64 0
  call void @llvm.masked.store.v8f32.p0(<8 x float> %42, ptr %58, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>)
  br label %join10

join10:                                           ; preds = %then9, %join8
  br label %join

gi11:                                             ; preds = %loop
  br label %loop12

loop12:                                           ; preds = %loop12, %gi11
  %59 = phi i64 [ 0, %gi11 ], [ %86, %loop12 ]
  %60 = phi <8 x float> [ zeroinitializer, %gi11 ], [ %81, %loop12 ]
  %61 = phi <8 x float> [ zeroinitializer, %gi11 ], [ %84, %loop12 ]
  %62 = phi ptr [ %14, %gi11 ], [ %85, %loop12 ]
  %63 = mul i64 %59, 8
  %64 = getelementptr i8, ptr %11, i64 %63
  %65 = load i64, ptr %64, align 4
  %66 = getelementptr i8, ptr %1, i64 %65
  %67 = getelementptr i8, ptr %66, i64 40
  %68 = getelementptr i8, ptr %67, i64 0
  %69 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %68, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %70 = getelementptr i8, ptr %62, i64 0
  %71 = load float, ptr %70, align 4
  %.splatinsert13 = insertelement <8 x float> poison, float %71, i64 0
  %.splat14 = shufflevector <8 x float> %.splatinsert13, <8 x float> poison, <8 x i32> zeroinitializer
  %72 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat14, <8 x float> %69, <8 x float> %60)
  %73 = getelementptr i8, ptr %62, i64 4
  %74 = load float, ptr %73, align 4
  %.splatinsert15 = insertelement <8 x float> poison, float %74, i64 0
  %.splat16 = shufflevector <8 x float> %.splatinsert15, <8 x float> poison, <8 x i32> zeroinitializer
  %75 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat16, <8 x float> %69, <8 x float> %61)
  %76 = getelementptr i8, ptr %66, i64 80
  %77 = getelementptr i8, ptr %76, i64 0
  %78 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %77, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %79 = getelementptr i8, ptr %62, i64 8
  %80 = load float, ptr %79, align 4
  %.splatinsert17 = insertelement <8 x float> poison, float %80, i64 0
  %.splat18 = shufflevector <8 x float> %.splatinsert17, <8 x float> poison, <8 x i32> zeroinitializer
  %81 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat18, <8 x float> %78, <8 x float> %72)
  %82 = getelementptr i8, ptr %62, i64 12
  %83 = load float, ptr %82, align 4
  %.splatinsert19 = insertelement <8 x float> poison, float %83, i64 0
  %.splat20 = shufflevector <8 x float> %.splatinsert19, <8 x float> poison, <8 x i32> zeroinitializer
  %84 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat20, <8 x float> %78, <8 x float> %75)
  %85 = getelementptr i8, ptr %62, i64 16
  %86 = add i64 %59, 1
  %87 = icmp ult i64 %86, 2
  br i1 %87, label %loop12, label %done21

done21:                                           ; preds = %loop12
  %88 = mul i64 %8, 2
  %89 = mul i64 %7, 6
  %90 = add i64 %89, %88
  %91 = add i64 %90, 0
  %92 = icmp ult i64 %91, 11
  br i1 %92, label %then22, label %join23

then22:                                           ; preds = %done21
  %93 = mul i64 %91, 40
  %94 = getelementptr i8, ptr %2, i64 %93
  %95 = getelementptr i8, ptr %94, i64 0
  call void @llvm.masked.store.v8f32.p0(<8 x float> %81, ptr %95, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>)
  br label %join23

join23:                                           ; preds = %then22, %done21
  %96 = add i64 %90, 1
  %97 = icmp ult i64 %96, 11
  br i1 %97, label %then24, label %join25

then24:                                           ; preds = %join23
  %98 = mul i64 %96, 40
  %99 = getelementptr i8, ptr %2, i64 %98
  %100 = getelementptr i8, ptr %99, i64 0
  call void @llvm.masked.store.v8f32.p0(<8 x float> %84, ptr %100, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>)
  br label %join25

join25:                                           ; preds = %then24, %join23
  br label %join

gi26:                                             ; preds = %loop
  br label %loop27

loop27:                                           ; preds = %loop27, %gi26
  %101 = phi i64 [ 0, %gi26 ], [ %128, %loop27 ]
  %102 = phi <8 x float> [ zeroinitializer, %gi26 ], [ %123, %loop27 ]
  %103 = phi <8 x float> [ zeroinitializer, %gi26 ], [ %126, %loop27 ]
  %104 = phi ptr [ %14, %gi26 ], [ %127, %loop27 ]
  %105 = mul i64 %101, 8
  %106 = getelementptr i8, ptr %11, i64 %105
  %107 = load i64, ptr %106, align 4
  %108 = getelementptr i8, ptr %1, i64 %107
  %109 = getelementptr i8, ptr %108, i64 0
  %110 = getelementptr i8, ptr %109, i64 0
  %111 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %110, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %112 = getelementptr i8, ptr %104, i64 0
  %113 = load float, ptr %112, align 4
  %.splatinsert28 = insertelement <8 x float> poison, float %113, i64 0
  %.splat29 = shufflevector <8 x float> %.splatinsert28, <8 x float> poison, <8 x i32> zeroinitializer
  %114 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat29, <8 x float> %111, <8 x float> %102)
  %115 = getelementptr i8, ptr %104, i64 4
  %116 = load float, ptr %115, align 4
  %.splatinsert30 = insertelement <8 x float> poison, float %116, i64 0
  %.splat31 = shufflevector <8 x float> %.splatinsert30, <8 x float> poison, <8 x i32> zeroinitializer
  %117 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat31, <8 x float> %111, <8 x float> %103)
  %118 = getelementptr i8, ptr %108, i64 40
  %119 = getelementptr i8, ptr %118, i64 0
  %120 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %119, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %121 = getelementptr i8, ptr %104, i64 8
  %122 = load float, ptr %121, align 4
  %.splatinsert32 = insertelement <8 x float> poison, float %122, i64 0
  %.splat33 = shufflevector <8 x float> %.splatinsert32, <8 x float> poison, <8 x i32> zeroinitializer
  %123 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat33, <8 x float> %120, <8 x float> %114)
  %124 = getelementptr i8, ptr %104, i64 12
  %125 = load float, ptr %124, align 4
  %.splatinsert34 = insertelement <8 x float> poison, float %125, i64 0
  %.splat35 = shufflevector <8 x float> %.splatinsert34, <8 x float> poison, <8 x i32> zeroinitializer
  %126 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat35, <8 x float> %120, <8 x float> %117)
  %127 = getelementptr i8, ptr %104, i64 16
  %128 = add i64 %101, 1
  %129 = icmp ult i64 %128, 2
  br i1 %129, label %loop27, label %done36

done36:                                           ; preds = %loop27
  %130 = mul i64 %8, 2
  %131 = mul i64 %7, 6
  %132 = add i64 %131, %130
  %133 = add i64 %132, 0
  %134 = icmp ult i64 %133, 11
  br i1 %134, label %then37, label %join38

then37:                                           ; preds = %done36
  %135 = mul i64 %133, 40
  %136 = getelementptr i8, ptr %2, i64 %135
  %137 = getelementptr i8, ptr %136, i64 0
  call void @llvm.masked.store.v8f32.p0(<8 x float> %123, ptr %137, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>)
  br label %join38

join38:                                           ; preds = %then37, %done36
  %138 = add i64 %132, 1
  %139 = icmp ult i64 %138, 11
  br i1 %139, label %then39, label %join40

then39:                                           ; preds = %join38
  %140 = mul i64 %138, 40
  %141 = getelementptr i8, ptr %2, i64 %140
  %142 = getelementptr i8, ptr %141, i64 0
  call void @llvm.masked.store.v8f32.p0(<8 x float> %126, ptr %142, i32 4, <8 x i1> <i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>)
  br label %join40

join40:                                           ; preds = %then39, %join38
  br label %join

done41:                                           ; preds = %join
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: read)
declare <8 x float> @llvm.masked.load.v8f32.p0(ptr nocapture, i32 immarg, <8 x i1>, <8 x float>) #2

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: write)
declare void @llvm.masked.store.v8f32.p0(<8 x float>, ptr nocapture, i32 immarg, <8 x i1>) #3

; Function Attrs: nounwind
define void @rbgp_kernel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, i64 %4) #0 {
entry:
  %5 = udiv i64 %4, 1
  %6 = urem i64 %4, 1
  %7 = mul i64 %5, 32
  %8 = getelementptr i8, ptr %1, i64 %7
  %9 = getelementptr i8, ptr %2, i64 %7
  %10 = mul i64 %6, 6
  %11 = udiv i64 %10, 1
  %12 = add i64 %6, 1
  %13 = mul i64 %12, 6
  %14 = udiv i64 %13, 1
  %15 = icmp ult i64 %5, 1
  br i1 %15, label %then, label %join

then:                                             ; preds = %entry
  call void @panel(ptr %0, ptr %8, ptr %9, ptr %3, i64 %11, i64 %14)
  br label %join

join:                                             ; preds = %then, %entry
  %16 = icmp eq i64 %5, 1
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
  %2 = phi i64 [ 0, %entry ], [ %35, %done ]
  %3 = udiv i64 %2, 3
  %4 = urem i64 %2, 3
  %5 = mul i64 %4, 2
  %6 = mul i64 %3, 6
  %7 = add i64 %6, %5
  %8 = mul i64 %2, 32
  %9 = getelementptr i8, ptr %1, i64 %8
  br label %loop1

loop1:                                            ; preds = %join3, %loop
  %10 = phi i64 [ 0, %loop ], [ %33, %join3 ]
  %11 = add i64 %7, 0
  %12 = mul i64 %10, 2
  %13 = add i64 %12, 0
  %14 = mul i64 %13, 4
  %15 = getelementptr i8, ptr %9, i64 %14
  store float 0.000000e+00, ptr %15, align 4
  %16 = icmp ult i64 %11, 11
  br i1 %16, label %then, label %join

then:                                             ; preds = %loop1
  %17 = mul i64 %11, 4
  %18 = add i64 %17, %10
  %19 = mul i64 %18, 4
  %20 = getelementptr i8, ptr %0, i64 %19
  %21 = load float, ptr %20, align 4
  store float %21, ptr %15, align 4
  br label %join

join:                                             ; preds = %then, %loop1
  %22 = add i64 %7, 1
  %23 = mul i64 %10, 2
  %24 = add i64 %23, 1
  %25 = mul i64 %24, 4
  %26 = getelementptr i8, ptr %9, i64 %25
  store float 0.000000e+00, ptr %26, align 4
  %27 = icmp ult i64 %22, 11
  br i1 %27, label %then2, label %join3

then2:                                            ; preds = %join
  %28 = mul i64 %22, 4
  %29 = add i64 %28, %10
  %30 = mul i64 %29, 4
  %31 = getelementptr i8, ptr %0, i64 %30
  %32 = load float, ptr %31, align 4
  store float %32, ptr %26, align 4
  br label %join3

join3:                                            ; preds = %then2, %join
  %33 = add i64 %10, 1
  %34 = icmp ult i64 %33, 4
  br i1 %34, label %loop1, label %done

done:                                             ; preds = %join3
  %35 = add i64 %2, 1
  %36 = icmp ult i64 %35, 6
  br i1 %36, label %loop, label %done4

done4:                                            ; preds = %done
  ret void
}

attributes #0 = { nounwind "min-legal-vector-width"="256" "prefer-vector-width"="256" }
attributes #1 = { nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #2 = { nocallback nofree nosync nounwind willreturn memory(argmem: read) }
attributes #3 = { nocallback nofree nosync nounwind willreturn memory(argmem: write) }
