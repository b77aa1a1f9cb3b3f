#include <array>

#include <rbgp/error.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp {
namespace {

struct FailureRow {
  FailureKind kind;
  std::string_view name;
};

constexpr std::array kFailures = {
    FailureRow{FailureKind::none, "none"},
    FailureRow{FailureKind::unsupported, "unsupported"},
    FailureRow{FailureKind::compile_failed, "compile_failed"},
    FailureRow{FailureKind::compile_timeout, "compile_timeout"},
    FailureRow{FailureKind::launch_failed, "launch_failed"},
    FailureRow{FailureKind::illegal_access, "illegal_access"},
    FailureRow{FailureKind::out_of_bounds, "out_of_bounds"},
    FailureRow{FailureKind::out_of_memory, "out_of_memory"},
    FailureRow{FailureKind::crash, "crash"},
    FailureRow{FailureKind::hang, "hang"},
    FailureRow{FailureKind::wrong_result, "wrong_result"},
    FailureRow{FailureKind::nondeterministic, "nondeterministic"},
};

}  // namespace

std::string_view to_string(FailureKind kind) {
  for (const FailureRow& row : kFailures)
    if (row.kind == kind) return row.name;
  return "unknown";
}

FailureKind parse_failure_kind(std::string_view text) {
  std::string known;
  for (const FailureRow& row : kFailures) {
    if (row.name == text) return row.kind;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", row.name);
  }
  fail(ErrorCode::invalid_argument, "'{}' is no kind of failure; they are {}", text, known);
}

}  // namespace rbgp
