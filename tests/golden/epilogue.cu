// O = gelu(alpha W I + beta R + bias), W 32 x 16 with pattern go=2x4,gr=2x1,gi=4x4@50,gb=2x1
// I 30 x 16, O 30 x 32 (layout nk), f32; target sm_90a
// kernel simt_row_group block_groups=4 persistent=0 repeat_n=1 resident_blocks=1 stages=2 tile_rows=0 unroll=2 warps_n=1
// rbgp generator version 2

// The product W I for an RBGP4-sparse W on CUDA cores, f32: one warp a row group, asynchronous copies.
//
// Grid    kBlocks thread blocks take turns at the tiles of O, each kBlockGroups row groups high (a Gi
//         vertex each, after row groups were split to kTileRows rows) and kBlockN columns wide. Tiles
//         that follow each other share their columns of I, which then come from L2.
// Block   kBlockGroups x kWarpsN warps. A warp owns one row group and 128*kRepeatN columns; a lane owns
//         all rows of the group and kRepeatN runs of 4 columns. So all lanes of a warp need the same
//         values of W, which shared memory broadcasts, and the same rows of I.
// Shared  kStages buffers of one step each: the tile of I that a neighbour in Go names, kStepRows x
//         kInputStride, and the packed values of the block, [group][j][row]. Then, unless Gi is
//         complete, the row of I of each j, a list a group. Lanes read 16 bytes next to each other,
//         or all the same: no bank conflicts. Where I is N x K (kTransposed), single words are copied,
//         8 rows of 4 columns by a warp, to rows that are 4 words longer than kBlockN: see
//         transposed.cuh.
// Steps   run through all tiles of a block without a break: while the last steps of a tile are
//         multiplied and O is stored, the first steps of the next tile are under way.
// Bounds  any N: columns past kN are copied as zeros and not stored; 16-byte accesses to I and O need
//         kN to be a multiple of 4, otherwise single words are moved. Rows of W past kM are packed as zeros and not
//         stored, rows of I past kK (a padded problem) are copied as zeros.
// Registers  kTileRows*4*kRepeatN accumulators, kTileRows values, 4*kRepeatN of I.

// Asynchronous copies from global to shared memory (sm_80 and newer): issued by a thread, committed in
// groups, waited for by the same thread. What other threads copied is there after a barrier that
// follows their wait.

// Copies kBytes from global to shared memory behind the thread's back, or zeros where not `valid`.
template <int kBytes>
__device__ __forceinline__ void copy_async(float* shared, const float* global, bool valid) {
  const unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  const int bytes = valid ? kBytes : 0;
  if constexpr (kBytes == 16)
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(global), "r"(bytes));
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(to), "l"(global), "n"(kBytes),
                 "r"(bytes));
}

__device__ __forceinline__ void commit_copies() { asm volatile("cp.async.commit_group;"); }

template <int kPending>
__device__ __forceinline__ void wait_copies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kPending));
}

// From the sums of a thread to O: O = activation(alpha S + beta R + bias), in the layout of the problem.
//
// Config says which parts there are (kScale, kResidual, kBias, kActivation) and how O lies (kTransposed:
// N x M, not M x N): what is absent is not in the code. R lies as O does and may be O: a thread reads all
// its elements of R before it writes one of O, and no other thread has them.
//
// Accesses are as wide as the layout gives them: neighbouring columns of a row of O as it is, neighbouring
// rows (|Gb.U| of them) of a column of O transposed.

// The numbers of GELU in single precision, one list for CUDA source and for LLVM IR.
//
// gelu(x) = max(x, 0) - a Q(a) with a = |x| and Q the upper tail of the normal distribution, so that nothing
// cancels: Q(a) = exp(-a^2/2) T(t), t = 1 / (1 + kSlope a). T is the polynomial of degree 9 with the least
// relative error, 9.4e-9, for a up to 13.2; E, of degree 4, makes 1 + r + r^2 E(r) exp(r) to 3.1e-9 for
// |r| <= log(2)/2. What a*a rounds away goes into r, or its share of a large exponent would show. Beyond kEnd
// the tail, below 3e-38, is 0. With rounding the result has a relative error below 3.5e-7 everywhere.

struct GeluNumbers {
  static constexpr float kSlope = 0.328125f;
  static constexpr float kEnd = 13.1f;
  static constexpr float kTail0 = 8.36943855e-06f;
  static constexpr float kTail1 = 0.130685374f;
  static constexpr float kTail2 = 0.133360907f;
  static constexpr float kTail3 = 0.100947268f;
  static constexpr float kTail4 = 0.153144374f;
  static constexpr float kTail5 = -0.120729439f;
  static constexpr float kTail6 = 0.31000042f;
  static constexpr float kTail7 = -0.331769258f;
  static constexpr float kTail8 = 0.150140449f;
  static constexpr float kTail9 = -0.0257884543f;
  static constexpr float kExp2 = 0.49999994f;
  static constexpr float kExp3 = 0.166665211f;
  static constexpr float kExp4 = 0.041668389f;
  static constexpr float kExp5 = 0.00836873613f;
  static constexpr float kExp6 = 0.00138145604f;
  static constexpr float kLog2E = 1.44269502f;
  static constexpr float kLog2High = 0.693359375f;  // log(2) in two parts; 9 bits, so that its multiples
  static constexpr float kLog2Low = -0.000212194442f;  // are exact
  static constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
};

// Neighbouring floats of a thread, 1, 2 or 4 of them, moved in one access. Addresses are aligned to it.

__device__ __forceinline__ void load_vector(float (&to)[1], const float* from) { to[0] = *from; }

__device__ __forceinline__ void load_vector(float (&to)[2], const float* from) {
  const float2 vector = *reinterpret_cast<const float2*>(from);
  to[0] = vector.x, to[1] = vector.y;
}

__device__ __forceinline__ void load_vector(float (&to)[4], const float* from) {
  const float4 vector = *reinterpret_cast<const float4*>(from);
  to[0] = vector.x, to[1] = vector.y, to[2] = vector.z, to[3] = vector.w;
}

__device__ __forceinline__ void store_vector(float* to, const float (&from)[1]) { *to = from[0]; }

__device__ __forceinline__ void store_vector(float* to, const float (&from)[2]) {
  *reinterpret_cast<float2*>(to) = make_float2(from[0], from[1]);
}

__device__ __forceinline__ void store_vector(float* to, const float (&from)[4]) {
  *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
}


// As rbgp::EpilogueArguments.
struct EpilogueArguments {
  float alpha;
  float beta;
  const float* bias;  // kM
  const float* residual;
};

enum { kNoActivation, kRelu, kGelu };

__device__ __forceinline__ float relu(float x) { return x < 0.0f ? 0.0f : x; }  // NaN stays NaN

__device__ __forceinline__ float gelu(float x) {
  using Numbers = GeluNumbers;
  const float a = fabsf(x);
  const float t = 1.0f / fmaf(a, Numbers::kSlope, 1.0f);
  float tail = fmaf(Numbers::kTail9, t, Numbers::kTail8);
  tail = fmaf(tail, t, Numbers::kTail7);
  tail = fmaf(tail, t, Numbers::kTail6);
  tail = fmaf(tail, t, Numbers::kTail5);
  tail = fmaf(tail, t, Numbers::kTail4);
  tail = fmaf(tail, t, Numbers::kTail3);
  tail = fmaf(tail, t, Numbers::kTail2);
  tail = fmaf(tail, t, Numbers::kTail1);
  tail = fmaf(tail, t, Numbers::kTail0);

  const float square = a * a;
  const float rounded_away = fmaf(a, a, -square);
  const float exponent = fmaf(-0.5f * square, Numbers::kLog2E, Numbers::kRound);
  const float whole = exponent - Numbers::kRound;
  float r = fmaf(whole, -Numbers::kLog2High, -0.5f * square);
  r = fmaf(whole, -Numbers::kLog2Low, r);
  r = fmaf(rounded_away, -0.5f, r);
  float power = fmaf(Numbers::kExp6, r, Numbers::kExp5);
  power = fmaf(power, r, Numbers::kExp4);
  power = fmaf(power, r, Numbers::kExp3);
  power = fmaf(power, r, Numbers::kExp2);
  power = fmaf(r * r, power, r) + 1.0f;
  // Times 2^whole, which stands in the low bits of `exponent`.
  power = __uint_as_float(__float_as_uint(power) + (__float_as_uint(exponent) << 23));
  return relu(x) - (a < Numbers::kEnd ? a * tail * power : 0.0f);
}

template <typename Config>
struct Epilogue {
  // Rows of a column of O that one access takes, of kAdjacent that follow each other.
  template <int kAdjacent>
  static constexpr int kVectorRows = kAdjacent % 4 == 0 && Config::kM % 4 == 0   ? 4
                                     : kAdjacent % 2 == 0 && Config::kM % 2 == 0 ? 2
                                                                                 : 1;

  // Calls visit(vector, at, u) for all elements of O that the sums of a thread belong to: `vector` are sums
  // that lie next to each other from element `at` of O; u is the row of W of the first.
  template <int kAdjacent, int kRows, int kRuns, int kWidth, typename RowOf, typename ColOf,
            typename Visit>
  static __device__ __forceinline__ void for_each_vector(float (&sums)[kRows][kRuns][kWidth],
                                                         RowOf row_of, int first_col, ColOf col_of,
                                                         Visit visit) {
    constexpr int kStep = Config::kTransposed ? kVectorRows<kAdjacent> : 1;
#pragma unroll
    for (int r = 0; r < kRows; r += kStep) {
      const long long u = row_of(r);
      if (u >= Config::kM) continue;
#pragma unroll
      for (int run = 0; run < kRuns; ++run) {
        const int col = col_of(run);
        if constexpr (!Config::kTransposed && Config::kN % kWidth == 0) {
          if (first_col + col < Config::kN)
            visit(sums[r][run], u * Config::kN + first_col + col, u);
        } else {
#pragma unroll
          for (int n = 0; n < kWidth; ++n) {
            if (first_col + col + n >= Config::kN) continue;
            float vector[kStep];
#pragma unroll
            for (int i = 0; i < kStep; ++i) vector[i] = sums[r + i][run][n];
            visit(vector,
                  Config::kTransposed
                      ? static_cast<long long>(first_col + col + n) * Config::kM + u
                      : u * Config::kN + first_col + col + n,
                  u);
#pragma unroll
            for (int i = 0; i < kStep; ++i) sums[r + i][run][n] = vector[i];
          }
        }
      }
    }
  }

  // Stores the sums of a thread: kRows rows, row_of(r) of W, of which kAdjacent follow each other from every
  // multiple of kAdjacent on, and kRuns runs of kWidth neighbouring columns, from first_col + col_of(run)
  // on: what is the same for all runs is in one or the other as the family's addresses come out best. Rows
  // past kM and columns past kN are neither read nor written.
  template <int kAdjacent, int kRows, int kRuns, int kWidth, typename RowOf, typename ColOf>
  static __device__ __forceinline__ void store(float (&sums)[kRows][kRuns][kWidth], RowOf row_of,
                                               int first_col, ColOf col_of, float* output,
                                               const EpilogueArguments& arguments) {
    if constexpr (Config::kScale) {
#pragma unroll
      for (int i = 0; i < kRows * kRuns * kWidth; ++i)
        sums[i / kWidth / kRuns][i / kWidth % kRuns][i % kWidth] *= arguments.alpha;
    }
    // All loads come before the first store, which they could otherwise not be moved over.
    if constexpr (Config::kResidual) {
      if (arguments.beta != 0.0f)
        for_each_vector<kAdjacent>(
            sums, row_of, first_col, col_of, [&](auto& vector, long long at, long long) {
              constexpr int kCount = sizeof vector / sizeof vector[0];
              float residual[kCount];
              load_vector(residual, arguments.residual + at);
#pragma unroll
              for (int i = 0; i < kCount; ++i)
                vector[i] = fmaf(arguments.beta, residual[i], vector[i]);
            });
    }
    if constexpr (Config::kBias) {
      for_each_vector<kAdjacent>(
          sums, row_of, first_col, col_of, [&](auto& vector, long long, long long u) {
            constexpr int kCount = sizeof vector / sizeof vector[0];
#pragma unroll
            for (int i = 0; i < kCount; ++i)
              vector[i] += arguments.bias[Config::kTransposed ? u + i : u];
          });
    }
    for_each_vector<kAdjacent>(
        sums, row_of, first_col, col_of, [&](auto& vector, long long at, long long) {
          if constexpr (Config::kActivation != kNoActivation) {
            constexpr int kCount = sizeof vector / sizeof vector[0];
#pragma unroll
            for (int i = 0; i < kCount; ++i)
              vector[i] = Config::kActivation == kRelu ? relu(vector[i]) : gelu(vector[i]);
          }
          store_vector(output + at, vector);
        });
  }
};

// The register tile of one thread: kRows x kCols sums, and the outer products that are added to it.
//
// Order  An f32 multiply-add reads three registers; the register file delivers three of one bank late, and
//        an operand that the instruction before used again for free. So the products go along the
//        shorter side and back (boustrophedon): each shares an operand with the one before.
// Store  Sums are scaled before they are stored, be it by an alpha of 1: stored as they are, 128-bit stores
//        would force them into the same banks as the 128-bit loads of the operands, and a fifth of all
//        clocks went to that.

template <int kRows, int kCols>
struct ThreadTile {
  static constexpr int kRowRun = kRows % 4 == 0 ? 4 : kRows % 2 == 0 ? 2 : 1;
  static constexpr int kColRun = 4;
  static constexpr int kColRuns = kCols / kColRun;
  static_assert(kCols % kColRun == 0, "whole runs of columns");

  // Of one column of W and one row of I.
  struct Operands {
    float value[kRows];
    float input[kCols];
  };

  float sums[kRows][kColRuns][kColRun];

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (int r = 0; r < kRows; ++r)
#pragma unroll
      for (int c = 0; c < kCols; ++c) sum(r, c) = 0.0f;
  }

  __device__ __forceinline__ float& sum(int r, int c) { return sums[r][c / kColRun][c % kColRun]; }

  // Runs of kRowRun values, kValueStride apart, and of kColRun columns, the i-th at InputRun::offset(i).
  template <int kValueStride, typename InputRun>
  static __device__ __forceinline__ void load(Operands& to, const float* values,
                                              const float* input) {
#pragma unroll
    for (int r = 0; r < kRows; r += kRowRun) {
      const float* const from = values + r / kRowRun * kValueStride;
      if constexpr (kRowRun == 4) {
        const float4 four = *reinterpret_cast<const float4*>(from);
        to.value[r] = four.x, to.value[r + 1] = four.y;
        to.value[r + 2] = four.z, to.value[r + 3] = four.w;
      } else if constexpr (kRowRun == 2) {
        const float2 two = *reinterpret_cast<const float2*>(from);
        to.value[r] = two.x, to.value[r + 1] = two.y;
      } else {
        to.value[r] = *from;
      }
    }
#pragma unroll
    for (int c = 0; c < kCols; c += kColRun) {
      const float4 four =
          *reinterpret_cast<const float4*>(input + InputRun::offset(c / kColRun));
      to.input[c] = four.x, to.input[c + 1] = four.y;
      to.input[c + 2] = four.z, to.input[c + 3] = four.w;
    }
  }

  // By the alpha of a launch that has no scale in its epilogue, which is 1.
  __device__ __forceinline__ void scale(float by) {
#pragma unroll
    for (int r = 0; r < kRows; ++r)
#pragma unroll
      for (int c = 0; c < kCols; ++c) sum(r, c) *= by;
  }

  __device__ __forceinline__ void add_product(const Operands& of) {
    if constexpr (kRows >= kCols) {
#pragma unroll
      for (int r = 0; r < kRows; ++r)
#pragma unroll
        for (int i = 0; i < kCols; ++i) {
          const int c = r % 2 == 0 ? i : kCols - 1 - i;
          sum(r, c) += of.value[r] * of.input[c];
        }
    } else {
#pragma unroll
      for (int c = 0; c < kCols; ++c)
#pragma unroll
        for (int i = 0; i < kRows; ++i) {
          const int r = c % 2 == 0 ? i : kRows - 1 - i;
          sum(r, c) += of.value[r] * of.input[c];
        }
    }
  }
};

// Copying a tile of I that lies N x K in global memory to shared memory as kRows x kCols, rows of K.
//
// Thread i of the copy takes row(i) and col(i), for i up to kWords. A warp has 8 neighbouring rows of 4
// neighbouring columns: it reads 4 whole sectors of 32 bytes, and the next turns read the rest of their
// lines. In shared memory a row is kStride = kCols + 4 words long, so that the 8 rows of a warp's writes start
// 4 banks apart and its 32 words lie in 32 banks; reads along a row stay aligned to 16 bytes.

template <int kRows, int kCols>
struct TransposedTile {
  static constexpr int kStride = kCols + 4;
  static constexpr int kEights = (kRows + 7) / 8;
  static constexpr int kQuads = (kCols + 3) / 4;
  static constexpr bool kPadded = kRows % 8 != 0;  // row(i) may be kRows or more: nothing to copy
  static constexpr int kWords = 32 * kEights * kQuads;

  static __device__ __forceinline__ int row(int i) { return i / 32 % kEights * 8 + i % 8; }
  static __device__ __forceinline__ int col(int i) { return i / 32 / kEights * 4 + i / 8 % 4; }
};


template <typename Config, typename Pattern>
struct RowGroup {
  static constexpr int kTileRows = Pattern::kGrLeft * Pattern::kGbLeft;
  using Tile = ThreadTile<kTileRows, 4 * Config::kRepeatN>;
  static constexpr int kStepRows = Pattern::kGrRight * Pattern::kGiRight * Pattern::kGbRight;
  static constexpr int kStepNnz = Pattern::kGrRight * Pattern::kGiDegree * Pattern::kGbRight;
  static constexpr int kSteps = Pattern::kGoDegree;
  static constexpr int kGroupBlocks = Pattern::kGiLeft / Config::kBlockGroups;
  static constexpr int kTilesM = Pattern::kGoLeft * kGroupBlocks;
  static constexpr int kTilesN = (Config::kN + Config::kBlockN - 1) / Config::kBlockN;
  static constexpr int kTiles = kTilesM * kTilesN;

  using Transposed = TransposedTile<kStepRows, Config::kBlockN>;
  static constexpr int kInputStride = Config::kTransposed ? Transposed::kStride : Config::kBlockN;
  static constexpr int kInputWords = kStepRows * kInputStride;
  static constexpr int kGroupWords = kStepNnz * kTileRows;
  static constexpr int kValueWords = Config::kBlockGroups * kGroupWords;
  static constexpr int kStageWords = kInputWords + (kValueWords + 3) / 4 * 4;
  static constexpr int kRowWords = Pattern::kGiComplete ? 0 : Config::kBlockGroups * kStepNnz;

  static_assert(Config::kThreads == 32 * Config::kBlockGroups * Config::kWarpsN, "threads");
  static_assert(Config::kBlockN == 128 * Config::kRepeatN * Config::kWarpsN, "columns of a block");
  static_assert(Config::kSharedBytes == 4 * (Config::kStages * kStageWords + kRowWords),
                "shared memory of a block");

  // Where the copies are: they run ahead of the products, over the end of a tile into the next.
  struct Copier {
    int tile;
    int step = 0;
    int vo;  // neighbour of this step, read a step early: it is a load that the copies wait for
  };

  static __device__ __forceinline__ int neighbour(int tile, int step) {
    return tile < kTiles ? Pattern::go_neighbour(tile % kTilesM / kGroupBlocks, step) : 0;
  }

  static __device__ __forceinline__ void copy_input(float* stage, const float* __restrict__ input,
                                                    long long first_row, int first_col) {
    if constexpr (Config::kTransposed) {
#pragma unroll 8
      for (int i = threadIdx.x; i < Transposed::kWords; i += Config::kThreads) {
        const int row = Transposed::row(i);
        const int col = Transposed::col(i);
        if (Transposed::kPadded && row >= kStepRows) continue;
        const bool valid = first_col + col < Config::kN && first_row + row < Config::kK;
        const long long at = static_cast<long long>(first_col + col) * Config::kK + first_row + row;
        copy_async<4>(stage + row * kInputStride + col, input + (valid ? at : 0), valid);
      }
    } else {
      constexpr int kRun = Config::kInputVector;
      constexpr int kRuns = Config::kBlockN / kRun;
#pragma unroll 8
      for (int i = threadIdx.x; i < kStepRows * kRuns; i += Config::kThreads) {
        const int row = i / kRuns;
        const int col = i % kRuns * kRun;
        const bool valid = first_col + col < Config::kN && first_row + row < Config::kK;
        copy_async<4 * kRun>(stage + row * kInputStride + col,
                             input + (valid ? (first_row + row) * Config::kN + first_col + col : 0),
                             valid);
      }
    }
  }

  static __device__ __forceinline__ void copy_step(Copier& copier, float* stage,
                                                   const float* __restrict__ packed,
                                                   const float* __restrict__ input) {
    if (copier.tile < kTiles) {
      copy_input(stage, input, static_cast<long long>(copier.vo) * kStepRows,
                 copier.tile / kTilesM * Config::kBlockN);
      const float* const values =
          packed + (static_cast<long long>(copier.tile % kTilesM) * kSteps + copier.step) *
                       kValueWords;
      constexpr int kValueRun = kValueWords % 4 == 0 ? 4 : 1;
#pragma unroll 4
      for (int i = threadIdx.x * kValueRun; i < kValueWords; i += Config::kThreads * kValueRun)
        copy_async<4 * kValueRun>(stage + kInputWords + i, values + i, true);
      if (++copier.step == kSteps) {
        copier.step = 0;
        copier.tile += Config::kBlocks;
      }
      copier.vo = neighbour(copier.tile, copier.step);
    }
    // Committed even when empty: the number of groups is what waiting counts.
    commit_copies();
  }

  // A lane's columns: runs of 4, 128 apart.
  struct InputRun {
    static __device__ constexpr int offset(int run) { return 128 * run; }
  };

  // The product of one step, for this warp's row group and columns.
  static __device__ __forceinline__ void multiply(Tile& tile, const float* stage, const int* rows,
                                                  int group, int col) {
    const float* const values = stage + kInputWords + group * kGroupWords;
#pragma unroll Config::kUnroll
    for (int j = 0; j < kStepNnz; ++j) {
      const int row = Pattern::kGiComplete ? j * kInputStride : rows[group * kStepNnz + j];
      typename Tile::Operands operands;
      Tile::template load<Tile::kRowRun, InputRun>(operands, values + j * kTileRows,
                                                   stage + row + col);
      tile.add_product(operands);
    }
  }

  // Row of W of row r of a group.
  static __device__ __forceinline__ long long global_row(int block_m, int group, int r) {
    const int uo = block_m / kGroupBlocks;
    const int ui = block_m % kGroupBlocks * Config::kBlockGroups + group;
    return ((static_cast<long long>(uo) * Pattern::kGrLeft + r / Pattern::kGbLeft) *
                Pattern::kGiLeft +
            ui) * Pattern::kGbLeft +
           r % Pattern::kGbLeft;
  }

  static __device__ __forceinline__ void store(Tile& tile, float* output,
                                               const EpilogueArguments& epilogue, int index,
                                               int group, int block_col) {
    const auto row_of = [&](int r) { return global_row(index % kTilesM, group, r); };
    const auto col_of = [](int run) { return InputRun::offset(run); };
    if constexpr (!Config::kScale) tile.scale(epilogue.alpha);
    Epilogue<Config>::template store<Pattern::kGbLeft>(
        tile.sums, row_of, index / kTilesM * Config::kBlockN + block_col, col_of, output, epilogue);
  }

  static __device__ __forceinline__ void run(const float* __restrict__ packed,
                                             const float* __restrict__ input, float* output,
                                             const EpilogueArguments& epilogue) {
    extern __shared__ float4 shared_vectors[];
    float* const stages = reinterpret_cast<float*>(shared_vectors);
    int* const rows = reinterpret_cast<int*>(stages + Config::kStages * kStageWords);
    const int warp = threadIdx.x / 32;
    const int group = warp / Config::kWarpsN;
    const int col = warp % Config::kWarpsN * 128 * Config::kRepeatN + threadIdx.x % 32 * 4;

    int index = blockIdx.x;
    Copier copier{index, 0, neighbour(index, 0)};
    for (int stage = 0; stage < Config::kStages - 1; ++stage)
      copy_step(copier, stages + stage * kStageWords, packed, input);

    Tile tile;
    tile.clear();
    int stage = 0;
    int next_stage = Config::kStages - 1;
    int list_of = -1;  // the part of the tile whose lists of rows are in shared memory
    for (; index < kTiles; index += Config::kBlocks) {
      if (!Pattern::kGiComplete && index % kGroupBlocks != list_of) {
        list_of = index % kGroupBlocks;
        __syncthreads();  // the last tile's products are done with the lists
        for (int i = threadIdx.x; i < kRowWords; i += Config::kThreads) {
          const int j = i % kStepNnz;
          const int slice = j / (Pattern::kGiDegree * Pattern::kGbRight);
          const int vi = Pattern::gi_neighbour(list_of * Config::kBlockGroups + i / kStepNnz,
                                               j / Pattern::kGbRight % Pattern::kGiDegree);
          rows[i] = ((slice * Pattern::kGiRight + vi) * Pattern::kGbRight + j % Pattern::kGbRight) *
                    kInputStride;
        }
      }
      for (int step = 0; step < kSteps; ++step) {
        wait_copies<Config::kStages - 2>();
        // This step's copies are there for all, and all are done with the buffer filled next.
        __syncthreads();
        copy_step(copier, stages + next_stage * kStageWords, packed, input);
        multiply(tile, stages + stage * kStageWords, rows, group, col);
        stage = stage + 1 == Config::kStages ? 0 : stage + 1;
        next_stage = next_stage + 1 == Config::kStages ? 0 : next_stage + 1;
      }
      store(tile, output, epilogue, index, group, col);
      tile.clear();
    }
    wait_copies<0>();
  }

  // Canonical values -> [tile of rows][step][group][j][row], zeros for rows past kM. Grid-stride.
  static __device__ __forceinline__ void pack(const float* __restrict__ values,
                                              float* __restrict__ packed) {
    constexpr long long kWords = static_cast<long long>(kTilesM) * kSteps * kValueWords;
    for (long long i = blockIdx.x * static_cast<long long>(blockDim.x) + threadIdx.x; i < kWords;
         i += static_cast<long long>(gridDim.x) * blockDim.x) {
      const int r = i % kTileRows;
      const int j = i / kTileRows % kStepNnz;
      const int group = i / kGroupWords % Config::kBlockGroups;
      const int step = i / kValueWords % kSteps;
      const int block_m = i / kValueWords / kSteps;
      const long long u = global_row(block_m, group, r);
      packed[i] = u < Config::kM ? values[u * (kSteps * kStepNnz) + step * kStepNnz + j] : 0.0f;
    }
  }
};

__device__ const unsigned char kGiAdjacency[] = {
    0, 3, 1, 3, 0, 2, 1, 2,
};

struct Config {
  static constexpr int kM = 32;
  static constexpr int kK = 16;
  static constexpr int kN = 30;
  static constexpr int kTransposed = 1;
  static constexpr int kScale = 1;
  static constexpr int kResidual = 1;
  static constexpr int kBias = 1;
  static constexpr int kActivation = 2;
  static constexpr int kBlockN = 128;
  static constexpr int kRepeatN = 1;
  static constexpr int kWarpsN = 1;
  static constexpr int kBlockGroups = 4;
  static constexpr int kStages = 2;
  static constexpr int kUnroll = 2;
  static constexpr int kInputVector = 1;
  static constexpr int kBlocks = 2;
  static constexpr int kThreads = 128;
  static constexpr int kResidentBlocks = 1;
  static constexpr int kSharedBytes = 4512;
};

struct Pattern {
  static constexpr int kGoLeft = 2;
  static constexpr int kGoDegree = 4;
  static constexpr int kGrLeft = 2;
  static constexpr int kGrRight = 1;
  static constexpr int kGiLeft = 4;
  static constexpr int kGiRight = 4;
  static constexpr int kGiDegree = 2;
  static constexpr int kGiComplete = 0;
  static constexpr int kGbLeft = 2;
  static constexpr int kGbRight = 1;
  static __device__ __forceinline__ int go_neighbour(int, int k) { return k; }
  static __device__ __forceinline__ int gi_neighbour(int u, int k) { return kGiAdjacency[u * 2 + k]; }
};

extern "C" __global__ void __launch_bounds__(Config::kThreads, Config::kResidentBlocks)
    rbgp_kernel(const float* __restrict__ packed, const float* __restrict__ input,
                float* output, EpilogueArguments epilogue) {
  RowGroup<Config, Pattern>::run(packed, input, output, epilogue);
}

extern "C" __global__ void rbgp_pack(const float* __restrict__ values,
                                       float* __restrict__ packed) {
  RowGroup<Config, Pattern>::pack(values, packed);
}
