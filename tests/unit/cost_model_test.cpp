#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include <rbgp/codegen.hpp>
#include <rbgp/explain.hpp>
#include <support/kernel_cases.hpp>
#include <tuner/cost_model.hpp>
#include <tuner/device_rates.hpp>

namespace rbgp {
namespace {

// A search sorts by the prediction: one NaN and the order is undefined.
TEST(CostModel, IsPositiveAndFiniteForEveryCase) {
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    for (const test::KernelCase& known : test::kernel_cases(family, device, 100)) {
      const double cost = predicted_ms({known.config, known.kernel}, known.problem, device);
      EXPECT_TRUE(std::isfinite(cost) && cost > 0) << known.name() << " costs " << cost;
    }
  }
}

// Kernels that a user types: a tunable that is none is refused, or as good as any.
TEST(CostModel, IsFiniteWhereATunableIsZero) {
  std::size_t refused = 0;
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    for (const test::KernelCase& known : test::kernel_cases(family, device, 20))
      for (const Tunable& tunable : family.tunables(device)) {
        KernelConfig kernel = known.kernel;
        kernel.tunables[tunable.name] = 0;
        if (family.unsupported({known.config, known.problem, kernel, device})) {
          ++refused;
          continue;
        }
        const double cost = predicted_ms({known.config, kernel}, known.problem, device);
        EXPECT_TRUE(std::isfinite(cost) && cost > 0)
            << known.name() << " with " << tunable.name << "=0 costs " << cost;
      }
  }
  EXPECT_GT(refused, 0U);
}

// The parts that a user is shown: the binding one is the longest, and nothing is faster than it allows.
TEST(CostModel, IsBoundByTheLongestOfItsTimes) {
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    for (const test::KernelCase& known : test::kernel_cases(family, device, 20)) {
      const DeviceRates rates =
          device_rates(device, known.problem.dtype, known_ceilings(device).ceilings);
      const Prediction prediction =
          predict_time({known.config, known.problem, known.kernel, device}, rates);
      EXPECT_EQ(prediction.ms(prediction.binding),
                *std::max_element(prediction.times_ms.begin(), prediction.times_ms.end()));
      for (const Ceiling ceiling : {Ceiling::arithmetic, Ceiling::issue, Ceiling::shared_memory,
                                    Ceiling::l2, Ceiling::dram}) {
        EXPECT_GE(prediction.ms(ceiling), 0) << to_string(ceiling);
        EXPECT_LE(prediction.ms(ceiling), prediction.predicted_ms * 1.0001)
            << known.name() << ": " << to_string(ceiling);
      }
      EXPECT_GE(prediction.resident, 1);
    }
  }
}

// More columns are more work for the same kernel, once the device is full.
TEST(CostModel, GrowsWithTheColumns) {
  for (const KernelFamily& family : kernel_families()) {
    const DeviceProperties device = test::synthetic_device(family.target);
    for (test::KernelCase& known : test::kernel_cases(family, device, 0)) {
      known.problem.n = 1 << 20;
      if (family.unsupported({known.config, known.problem, known.kernel, device})) continue;
      const double cost = predicted_ms({known.config, known.kernel}, known.problem, device);
      known.problem.n *= 4;
      EXPECT_GT(predicted_ms({known.config, known.kernel}, known.problem, device), cost)
          << known.name();
    }
  }
}

// The same kernel moves half the bytes for elements of 16 bits, and as many for tf32 as for f32.
TEST(CostModel, GrowsWithTheBytesOfAnElement) {
  const KernelFamily& family = find_family("simt_rbgp4mm");
  const DeviceProperties device = test::synthetic_device(family.target);
  for (test::KernelCase& known : test::kernel_cases(family, device, 0)) {
    const auto cost = [&](Dtype dtype) {
      known.problem.dtype = dtype;
      return predicted_ms({known.config, known.kernel}, known.problem, device);
    };
    EXPECT_EQ(cost(Dtype::tf32), cost(Dtype::f32)) << known.name();
    EXPECT_EQ(cost(Dtype::bf16), cost(Dtype::f16)) << known.name();
    EXPECT_LT(cost(Dtype::bf16), cost(Dtype::f32)) << known.name();
    EXPECT_GT(cost(Dtype::bf16), cost(Dtype::f32) / 2) << known.name();
  }
}

// Blocks that share a tile pay where there are fewer tiles than multiprocessors, and cost where there are more.
TEST(CostModel, SplitsFewTiles) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  const Rbgp4Config config = Rbgp4Config::parse("go=8x64@87.5,gr=1x1,gi=4x72,gb=16x1");
  Problem problem{.m = config.rows(), .k = config.cols()};
  Candidate candidate{config, parse_kernel("simt_tma thread_rows=16 step_tiles=1", device)};
  const auto cost = [&](std::int64_t split_k) {
    candidate.kernel.tunables["split_k"] = split_k;
    EXPECT_EQ(find_family("simt_tma").unsupported({config, problem, candidate.kernel, device}),
              std::nullopt);
    return predicted_ms(candidate, problem, device);
  };
  problem.n = 1024;  // 32 tiles
  EXPECT_LT(cost(2), cost(1));
  problem.n = 1024 * 256;
  EXPECT_GT(cost(2), cost(1));
}

// A tiny product is fastest on the thread that asks for it: no kernel of one part is charged for a team.
TEST(CostModel, ChargesATeamOnlyWhereThereIsOne) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::host);
  const Rbgp4Config config = Rbgp4Config::parse("go=4x4@50,gr=2x1,gi=1x8,gb=8x2");
  const Problem problem{.m = 64, .k = 64, .n = 8};
  const DeviceRates rates = assumed_rates(device, problem.dtype);
  const auto tail_ms = [&](std::int64_t parts) {
    const KernelConfig kernel{"host_rbgp4mm",
                              {{"immediate", 0},
                               {"pack_input", 0},
                               {"row_parts", parts},
                               {"tile_rows", 16},
                               {"tile_vectors", 1},
                               {"unroll", 1}}};
    return predict_time({config, problem, kernel, device}, rates).ms(Ceiling::tail);
  };
  EXPECT_LT(tail_ms(1), rates.launch_ms);
  EXPECT_GE(tail_ms(2), rates.launch_ms);
}

// Clusters of four blocks leave multiprocessors idle: that takes time, and no tile more is launched.
TEST(CostModel, CountsTheTilesThatAreLaunched) {
  const DeviceProperties device = test::synthetic_device(DeviceKind::cuda);
  const Rbgp4Config config = Rbgp4Config::parse("go=4x64@50,gr=1x1,gi=1x4,gb=64x16");
  const Problem problem{
      .m = config.rows(), .k = config.cols(), .n = 128 * 132 * 4, .dtype = Dtype::bf16};
  const auto explained = [&](const char* kernel) {
    return explain(config, problem, parse_kernel(kernel, device), device);
  };
  const Explanation four =
      explained("wgmma block_n=128 block_groups=1 consumers=1 step_cols=64 split_k=4");
  const Explanation two =
      explained("wgmma block_n=128 block_groups=1 consumers=1 step_cols=64 split_k=2");
  EXPECT_EQ(two.tiles, 4 * 132 * 4 * 2);
  EXPECT_EQ(four.tiles, 2 * two.tiles);
  const auto of = [](const Explanation& why, std::string_view name) {
    for (const CeilingTime& ceiling : why.ceilings)
      if (ceiling.name == name) return ceiling.ms;
    ADD_FAILURE() << name;
    return 0.0;
  };
  EXPECT_DOUBLE_EQ(of(four, "arithmetic"), of(two, "arithmetic"));
  EXPECT_GT(of(four, "launch and tail"), of(two, "launch and tail"));
}

// Zen 4 does a vector of 16 floats in halves: its ceiling is one a clock, and the clock not half of what it is.
TEST(CostModel, CountsAClockOfACoreThatHalvesVectors) {
  DeviceProperties device = test::synthetic_device(DeviceKind::host);
  device.compute_units = 2;
  const auto clocks_per_ms = [&](const char* arch, int vector_floats, double multiply_adds) {
    device.arch = arch;
    device.vector_floats = vector_floats;
    return device_rates(device, Dtype::f32,
                        {.bytes_per_ms = 1, .multiply_adds_per_ms = multiply_adds})
        .clocks_per_ms;
  };
  EXPECT_DOUBLE_EQ(clocks_per_ms("znver4", 16, 2 * 16 * 3e6), 3e6);
  EXPECT_DOUBLE_EQ(clocks_per_ms("znver4", 8, 2 * 2 * 8 * 3e6), 3e6);
  EXPECT_DOUBLE_EQ(clocks_per_ms("sapphirerapids", 16, 2 * 2 * 16 * 3e6), 3e6);
}

// Rows of a large I lie in a page each, which a register tile of few sums waits for and one of many hides; for those of
// neighbours it waits less.
TEST(CostModel, HidesThePagesOfALargeInputBehindManySums) {
  DeviceProperties device = test::synthetic_device(DeviceKind::host);
  device.arch = "znver4";
  device.vector_floats = 16;
  device.vector_registers = 32;
  const auto ms = [&](const char* text, std::int64_t pack_input, std::int64_t rows,
                      std::int64_t vectors) {
    const Rbgp4Config config = Rbgp4Config::parse(text);
    const Problem problem{.m = config.rows(), .k = config.cols(), .n = 1024};
    const KernelConfig kernel{"host_rbgp4mm",
                              {{"immediate", 0},
                               {"pack_input", pack_input},
                               {"row_parts", 1},
                               {"tile_rows", rows},
                               {"tile_vectors", vectors},
                               {"unroll", 1}}};
    return predicted_ms({config, kernel}, problem, device);
  };
  const char* stretches = "go=16x64@87.5,gr=16x1,gi=2x36,gb=1x2";
  const char* single = "go=8x256@75,gr=4x1,gi=8x18@50,gb=2x1";
  EXPECT_GT(ms(stretches, 0, 2, 2), 1.5 * ms(stretches, 1, 2, 2));
  EXPECT_LT(ms(stretches, 0, 4, 6), ms(stretches, 1, 4, 6));
  EXPECT_GT(ms(single, 0, 4, 6), 1.02 * ms(stretches, 0, 4, 6));
  EXPECT_NEAR(ms(single, 1, 4, 6) / ms(stretches, 1, 4, 6), 1, 0.01);
}

}  // namespace
}  // namespace rbgp
