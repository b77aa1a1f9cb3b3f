#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include <rbgp/explain.hpp>
#include <support/refusal.hpp>
#include <support/temporary_folder.hpp>
#include <tuner/ceilings.hpp>

namespace rbgp {
namespace {

using test::has;

// An environment variable for as long as this lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~Variable() {
    if (before_)
      setenv(name_, before_->c_str(), 1);
    else
      unsetenv(name_);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST(MeasureDevice, SaysWhyItCouldNotAndDoesSoLater) {
  const test::TemporaryFolder folder;
  const Variable cache("RBGP_CACHE_DIR", folder.path().string());
  const Device host = Device::host();
  const DeviceProperties& properties = host.properties();
  ASSERT_EQ(reread_ceilings(properties).source, CeilingsSource::derived);
  const auto file = ceilings_file(properties);
  ASSERT_TRUE(file);
  {
    const Variable worker("RBGP_WORKER", "/bin/false");
    const std::string line = measure_device_once(host, Dtype::f32);
    EXPECT_TRUE(has(line, "could not be measured, and is assumed")) << line;
    EXPECT_FALSE(std::filesystem::exists(*file));
    EXPECT_EQ(known_ceilings(properties).source, CeilingsSource::derived);
  }
  const std::string line = measure_device_once(host, Dtype::f32);
  if (has(line, "is busy")) {  // with others, and then nothing is kept
    EXPECT_FALSE(std::filesystem::exists(*file));
    GTEST_SKIP() << line;
  }
  EXPECT_TRUE(has(line, "measured once what cpu does at best")) << line;
  EXPECT_TRUE(std::filesystem::exists(*file));
  EXPECT_EQ(measure_device_once(host, Dtype::f32), "");
  const KnownCeilings known = known_ceilings(properties);
  EXPECT_TRUE(known.covers(Dtype::f32));
  EXPECT_FALSE(known.covers(Dtype::bf16));
  EXPECT_GT(known.ceilings.bytes_per_ms, 1e5);
  EXPECT_GT(known.ceilings.multiply_adds_per_ms, 1e6);
  EXPECT_GT(known.ceilings.empty_ms, 0);
}

TEST(MeasureDevice, IsNotForThoseWhoCannotKeepIt) {
  const Variable cache("RBGP_CACHE_DIR", "");
  const Device host = Device::host();
  reread_ceilings(host.properties());
  EXPECT_EQ(measure_device_once(host, Dtype::f32), "");
  EXPECT_FALSE(remember_ceilings(host.properties(), known_ceilings(host.properties()).ceilings));
}

}  // namespace
}  // namespace rbgp
