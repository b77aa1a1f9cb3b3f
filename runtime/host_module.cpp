// Loads object files into this process with LLVM's ORC.
#include "runtime/host_compiler.hpp"

#include <rbgp/error.hpp>

#include <llvm/ExecutionEngine/Orc/ExecutionUtils.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>

#include <mutex>

namespace rbgp::runtime {

struct HostModule::State {
  // Before the JIT: its session still reports to it while it is torn down.
  std::mutex mutex;
  std::string complaints;
  std::unique_ptr<llvm::orc::LLJIT> jit;

  // One line: the session's own reports say more than the error that a lookup returns.
  std::string explain(llvm::Error error) {
    const std::string returned = llvm::toString(std::move(error));
    const std::lock_guard lock(mutex);
    std::string text = complaints.empty() ? returned : complaints;
    complaints.clear();
    for (char& letter : text)
      if (letter == '\n') letter = ' ';
    return text;
  }
};

HostModule::HostModule(std::span<const std::byte> object) : state_(std::make_unique<State>()) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();

  llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>> jit = llvm::orc::LLJITBuilder().create();
  if (!jit)
    fail(ErrorCode::load_failed, "LLVM's JIT does not start: {}", state_->explain(jit.takeError()));
  state_->jit = std::move(*jit);
  state_->jit->getExecutionSession().setErrorReporter([state = state_.get()](llvm::Error error) {
    const std::string text = llvm::toString(std::move(error));
    const std::lock_guard lock(state->mutex);
    if (!state->complaints.empty()) state->complaints += "; ";
    state->complaints += text;
  });

  auto process = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      state_->jit->getDataLayout().getGlobalPrefix());
  if (!process)
    fail(ErrorCode::load_failed, "the process's symbols cannot be listed: {}",
         state_->explain(process.takeError()));
  state_->jit->getMainJITDylib().addGenerator(std::move(*process));

  const llvm::StringRef bytes(reinterpret_cast<const char*>(object.data()), object.size());
  if (llvm::Error error =
          state_->jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(bytes, "kernel")))
    fail(ErrorCode::load_failed, "the object file does not load: {}",
         state_->explain(std::move(error)));
}

HostModule::~HostModule() = default;

void* HostModule::lookup(const std::string& name) const {
  llvm::Expected<llvm::orc::ExecutorAddr> found = state_->jit->lookup(name);
  if (!found)
    fail(ErrorCode::load_failed, "{} is not in the object file: {}", name,
         state_->explain(found.takeError()));
  return found->toPtr<void*>();
}

}  // namespace rbgp::runtime
