; O = W I, W 11 x 6 with pattern go=2x2,gr=1x1,gi=3x3@33.3333333,gb=2x1
; I 6 x 7, O 11 x 7 (layout kn), f32; target x86-64-v3
; kernel host_rbgp4mm immediate=1 pack_input=0 row_parts=1 tile_rows=2 tile_vectors=1 unroll=1
; rbgp generator version 9
; ModuleID = 'rbgp'
source_filename = "rbgp"

@go_offsets = private constant [4 x i64] [i64 0, i64 84, i64 0, i64 84]

; Function Attrs: nounwind
define internal void @tail_panel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, ptr noalias %4, ptr noalias %5, i64 %6, i64 %7) #0 {
entry:
  br label %loop

loop:                                             ; preds = %join, %entry
  %8 = phi i64 [ %6, %entry ], [ %17, %join ]
  %9 = udiv i64 %8, 3
  %10 = urem i64 %8, 3
  %11 = udiv i64 %9, 1
  %12 = mul i64 %11, 16
  %13 = getelementptr i8, ptr @go_offsets, i64 %12
  %14 = udiv i64 %10, 1
  %15 = mul i64 %8, 32
  %16 = getelementptr i8, ptr %0, i64 %15
  switch i64 %14, label %nowhere [
    i64 0, label %gi
    i64 1, label %gi11
    i64 2, label %gi26
  ]

join:                                             ; preds = %join40, %join25, %join10
  %17 = add i64 %8, 1
  %18 = icmp ult i64 %17, %7
  br i1 %18, label %loop, label %done41

nowhere:                                          ; preds = %loop
  unreachable

gi:                                               ; preds = %loop
  br label %loop1

loop1:                                            ; preds = %loop1, %gi
  %19 = phi i64 [ 0, %gi ], [ %46, %loop1 ]
  %20 = phi <8 x float> [ zeroinitializer, %gi ], [ %41, %loop1 ]
  %21 = phi <8 x float> [ zeroinitializer, %gi ], [ %44, %loop1 ]
  %22 = phi ptr [ %16, %gi ], [ %45, %loop1 ]
  %23 = mul i64 %19, 8
  %24 = getelementptr i8, ptr %13, i64 %23
  %25 = load i64, ptr %24, align 4
  %26 = getelementptr i8, ptr %1, i64 %25
  %27 = getelementptr i8, ptr %26, i64 0
  %28 = getelementptr i8, ptr %27, i64 0
  %29 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %28, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>, <8 x float> zeroinitializer)
  %30 = getelementptr i8, ptr %22, i64 0
  %31 = load float, ptr %30, align 4
  %.splatinsert = insertelement <8 x float> poison, float %31, i64 0
  %.splat = shufflevector <8 x float> %.splatinsert, <8 x float> poison, <8 x i32> zeroinitializer
  %32 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat, <8 x float> %29, <8 x float> %20)
  %33 = getelementptr i8, ptr %22, i64 4
  %34 = load float, ptr %33, align 4
  %.splatinsert2 = insertelement <8 x float> poison, float %34, i64 0
  %.splat3 = shufflevector <8 x float> %.splatinsert2, <8 x float> poison, <8 x i32> zeroinitializer
  %35 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat3, <8 x float> %29, <8 x float> %21)
  %36 = getelementptr i8, ptr %26, i64 56
  %37 = getelementptr i8, ptr %36, i64 0
  %38 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %37, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>, <8 x float> zeroinitializer)
  %39 = getelementptr i8, ptr %22, i64 8
  %40 = load float, ptr %39, align 4
  %.splatinsert4 = insertelement <8 x float> poison, float %40, i64 0
  %.splat5 = shufflevector <8 x float> %.splatinsert4, <8 x float> poison, <8 x i32> zeroinitializer
  %41 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat5, <8 x float> %38, <8 x float> %32)
  %42 = getelementptr i8, ptr %22, i64 12
  %43 = load float, ptr %42, align 4
  %.splatinsert6 = insertelement <8 x float> poison, float %43, i64 0
  %.splat7 = shufflevector <8 x float> %.splatinsert6, <8 x float> poison, <8 x i32> zeroinitializer
  %44 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat7, <8 x float> %38, <8 x float> %35)
  %45 = getelementptr i8, ptr %22, i64 16
  %46 = add i64 %19, 1
  %47 = icmp ult i64 %46, 2
  br i1 %47, label %loop1, label %done

done:                                             ; preds = %loop1
  %48 = mul i64 %10, 2
  %49 = mul i64 %9, 6
  %50 = add i64 %49, %48
  %51 = add i64 %50, 0
  %52 = icmp ult i64 %51, 11
  br i1 %52, label %then, label %join8

then:                                             ; preds = %done
  %53 = mul i64 %51, 28
  %54 = add i64 %53, 0
  %55 = getelementptr i8, ptr %2, i64 %54
  call void @llvm.masked.store.v8f32.p0(<8 x float> %41, ptr %55, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>)
  br label %join8

join8:                                            ; preds = %then, %done
  %56 = add i64 %50, 1
  %57 = icmp ult i64 %56, 11
  br i1 %57, label %then9, label %join10

then9:                                            ; preds = %join8
  %58 = mul i64 %56, 28
  %59 = add i64 %58, 0
  %60 = getelementptr i8, ptr %2, i64 %59
  call void @llvm.masked.store.v8f32.p0(<8 x float> %44, ptr %60, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>)
  br label %join10

join10:                                           ; preds = %then9, %join8
  br label %join

gi11:                                             ; preds = %loop
  br label %loop12

loop12:                                           ; preds = %loop12, %gi11
  %61 = phi i64 [ 0, %gi11 ], [ %88, %loop12 ]
  %62 = phi <8 x float> [ zeroinitializer, %gi11 ], [ %83, %loop12 ]
  %63 = phi <8 x float> [ zeroinitializer, %gi11 ], [ %86, %loop12 ]
  %64 = phi ptr [ %16, %gi11 ], [ %87, %loop12 ]
  %65 = mul i64 %61, 8
  %66 = getelementptr i8, ptr %13, i64 %65
  %67 = load i64, ptr %66, align 4
  %68 = getelementptr i8, ptr %1, i64 %67
  %69 = getelementptr i8, ptr %68, i64 28
  %70 = getelementptr i8, ptr %69, i64 0
  %71 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %70, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>, <8 x float> zeroinitializer)
  %72 = getelementptr i8, ptr %64, i64 0
  %73 = load float, ptr %72, align 4
  %.splatinsert13 = insertelement <8 x float> poison, float %73, i64 0
  %.splat14 = shufflevector <8 x float> %.splatinsert13, <8 x float> poison, <8 x i32> zeroinitializer
  %74 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat14, <8 x float> %71, <8 x float> %62)
  %75 = getelementptr i8, ptr %64, i64 4
  %76 = load float, ptr %75, align 4
  %.splatinsert15 = insertelement <8 x float> poison, float %76, i64 0
  %.splat16 = shufflevector <8 x float> %.splatinsert15, <8 x float> poison, <8 x i32> zeroinitializer
  %77 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat16, <8 x float> %71, <8 x float> %63)
  %78 = getelementptr i8, ptr %68, i64 56
  %79 = getelementptr i8, ptr %78, i64 0
  %80 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %79, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>, <8 x float> zeroinitializer)
  %81 = getelementptr i8, ptr %64, i64 8
  %82 = load float, ptr %81, align 4
  %.splatinsert17 = insertelement <8 x float> poison, float %82, i64 0
  %.splat18 = shufflevector <8 x float> %.splatinsert17, <8 x float> poison, <8 x i32> zeroinitializer
  %83 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat18, <8 x float> %80, <8 x float> %74)
  %84 = getelementptr i8, ptr %64, i64 12
  %85 = load float, ptr %84, align 4
  %.splatinsert19 = insertelement <8 x float> poison, float %85, i64 0
  %.splat20 = shufflevector <8 x float> %.splatinsert19, <8 x float> poison, <8 x i32> zeroinitializer
  %86 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat20, <8 x float> %80, <8 x float> %77)
  %87 = getelementptr i8, ptr %64, i64 16
  %88 = add i64 %61, 1
  %89 = icmp ult i64 %88, 2
  br i1 %89, label %loop12, label %done21

done21:                                           ; preds = %loop12
  %90 = mul i64 %10, 2
  %91 = mul i64 %9, 6
  %92 = add i64 %91, %90
  %93 = add i64 %92, 0
  %94 = icmp ult i64 %93, 11
  br i1 %94, label %then22, label %join23

then22:                                           ; preds = %done21
  %95 = mul i64 %93, 28
  %96 = add i64 %95, 0
  %97 = getelementptr i8, ptr %2, i64 %96
  call void @llvm.masked.store.v8f32.p0(<8 x float> %83, ptr %97, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>)
  br label %join23

join23:                                           ; preds = %then22, %done21
  %98 = add i64 %92, 1
  %99 = icmp ult i64 %98, 11
  br i1 %99, label %then24, label %join25

then24:                                           ; preds = %join23
  %100 = mul i64 %98, 28
  %101 = add i64 %100, 0
  %102 = getelementptr i8, ptr %2, i64 %101
  call void @llvm.masked.store.v8f32.p0(<8 x float> %86, ptr %102, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>)
  br label %join25

join25:                                           ; preds = %then24, %join23
  br label %join

gi26:                                             ; preds = %loop
  br label %loop27

loop27:                                           ; preds = %loop27, %gi26
  %103 = phi i64 [ 0, %gi26 ], [ %130, %loop27 ]
  %104 = phi <8 x float> [ zeroinitializer, %gi26 ], [ %125, %loop27 ]
  %105 = phi <8 x float> [ zeroinitializer, %gi26 ], [ %128, %loop27 ]
  %106 = phi ptr [ %16, %gi26 ], [ %129, %loop27 ]
  %107 = mul i64 %103, 8
  %108 = getelementptr i8, ptr %13, i64 %107
  %109 = load i64, ptr %108, align 4
  %110 = getelementptr i8, ptr %1, i64 %109
  %111 = getelementptr i8, ptr %110, i64 0
  %112 = getelementptr i8, ptr %111, i64 0
  %113 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %112, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>, <8 x float> zeroinitializer)
  %114 = getelementptr i8, ptr %106, i64 0
  %115 = load float, ptr %114, align 4
  %.splatinsert28 = insertelement <8 x float> poison, float %115, i64 0
  %.splat29 = shufflevector <8 x float> %.splatinsert28, <8 x float> poison, <8 x i32> zeroinitializer
  %116 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat29, <8 x float> %113, <8 x float> %104)
  %117 = getelementptr i8, ptr %106, i64 4
  %118 = load float, ptr %117, align 4
  %.splatinsert30 = insertelement <8 x float> poison, float %118, i64 0
  %.splat31 = shufflevector <8 x float> %.splatinsert30, <8 x float> poison, <8 x i32> zeroinitializer
  %119 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat31, <8 x float> %113, <8 x float> %105)
  %120 = getelementptr i8, ptr %110, i64 28
  %121 = getelementptr i8, ptr %120, i64 0
  %122 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %121, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>, <8 x float> zeroinitializer)
  %123 = getelementptr i8, ptr %106, i64 8
  %124 = load float, ptr %123, align 4
  %.splatinsert32 = insertelement <8 x float> poison, float %124, i64 0
  %.splat33 = shufflevector <8 x float> %.splatinsert32, <8 x float> poison, <8 x i32> zeroinitializer
  %125 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat33, <8 x float> %122, <8 x float> %116)
  %126 = getelementptr i8, ptr %106, i64 12
  %127 = load float, ptr %126, align 4
  %.splatinsert34 = insertelement <8 x float> poison, float %127, i64 0
  %.splat35 = shufflevector <8 x float> %.splatinsert34, <8 x float> poison, <8 x i32> zeroinitializer
  %128 = call <8 x float> @llvm.fmuladd.v8f32(<8 x float> %.splat35, <8 x float> %122, <8 x float> %119)
  %129 = getelementptr i8, ptr %106, i64 16
  %130 = add i64 %103, 1
  %131 = icmp ult i64 %130, 2
  br i1 %131, label %loop27, label %done36

done36:                                           ; preds = %loop27
  %132 = mul i64 %10, 2
  %133 = mul i64 %9, 6
  %134 = add i64 %133, %132
  %135 = add i64 %134, 0
  %136 = icmp ult i64 %135, 11
  br i1 %136, label %then37, label %join38

then37:                                           ; preds = %done36
  %137 = mul i64 %135, 28
  %138 = add i64 %137, 0
  %139 = getelementptr i8, ptr %2, i64 %138
  call void @llvm.masked.store.v8f32.p0(<8 x float> %125, ptr %139, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>)
  br label %join38

join38:                                           ; preds = %then37, %done36
  %140 = add i64 %134, 1
  %141 = icmp ult i64 %140, 11
  br i1 %141, label %then39, label %join40

then39:                                           ; preds = %join38
  %142 = mul i64 %140, 28
  %143 = add i64 %142, 0
  %144 = getelementptr i8, ptr %2, i64 %143
  call void @llvm.masked.store.v8f32.p0(<8 x float> %128, ptr %144, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 true, i1 false>)
  br label %join40

join40:                                           ; preds = %then39, %join38
  br label %join

done41:                                           ; preds = %join
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: read)
declare <8 x float> @llvm.masked.load.v8f32.p0(ptr nocapture, i32 immarg, <8 x i1>, <8 x float>) #1

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare <8 x float> @llvm.fmuladd.v8f32(<8 x float>, <8 x float>, <8 x float>) #2

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: write)
declare void @llvm.masked.store.v8f32.p0(<8 x float>, ptr nocapture, i32 immarg, <8 x i1>) #3

; Function Attrs: nounwind
define void @rbgp_kernel(ptr noalias %0, ptr noalias %1, ptr noalias %2, ptr noalias %3, ptr noalias %4, i64 %5) #0 {
entry:
  %6 = udiv i64 %5, 1
  %7 = urem i64 %5, 1
  %8 = mul i64 %6, 32
  %9 = mul i64 %6, 32
  %10 = getelementptr i8, ptr %1, i64 %9
  %11 = getelementptr i8, ptr %2, i64 %8
  %12 = mul i64 %7, 6
  %13 = udiv i64 %12, 1
  %14 = add i64 %7, 1
  %15 = mul i64 %14, 6
  %16 = udiv i64 %15, 1
  %17 = icmp eq i64 %6, 0
  br i1 %17, label %then, label %join

then:                                             ; preds = %entry
  call void @tail_panel(ptr %0, ptr %10, ptr %11, ptr %3, ptr %4, ptr null, i64 %13, i64 %16)
  br label %join

join:                                             ; preds = %then, %entry
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
attributes #1 = { nocallback nofree nosync nounwind willreturn memory(argmem: read) }
attributes #2 = { nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #3 = { nocallback nofree nosync nounwind willreturn memory(argmem: write) }
