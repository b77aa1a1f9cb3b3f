#include "runtime/host_compiler.hpp"

#include <rbgp/error.hpp>

#include <llvm/AsmParser/Parser.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/IR/DiagnosticHandler.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Target/TargetOptions.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <map>

namespace rbgp::runtime {

namespace {

void initialize_llvm() {
  static const bool done = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    llvm::InitializeNativeTargetAsmParser();
    return true;
  }();
  static_cast<void>(done);
}

HostTarget detect() {
  HostTarget target;
  target.triple = llvm::sys::getProcessTriple();
  target.cpu = llvm::sys::getHostCPUName().str();
  // Sorted: the text is part of cache keys.
  std::map<std::string, bool> features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures())
    features[feature.getKey().str()] = feature.getValue();
  for (const auto& [name, enabled] : features) {
    if (!target.features.empty()) target.features += ',';
    target.features += (enabled ? "+" : "-") + name;
  }
  const auto has = [&](const char* name) {
    const auto found = features.find(name);
    return found != features.end() && found->second;
  };
  target.vector_floats = has("avx512f") ? 16 : has("avx") && has("fma") ? 8 : 4;
  const bool many = has("avx512f") || llvm::StringRef(target.triple).starts_with("aarch64");
  target.vector_registers = many ? 32 : 16;
  return target;
}

// Collects what LLVM would print: errors of the backend do not come back in any other way.
class Complaints : public llvm::DiagnosticHandler {
 public:
  explicit Complaints(std::string& errors) : errors_(errors) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo& info) override {
    if (info.getSeverity() != llvm::DS_Error) return true;
    llvm::raw_string_ostream stream(errors_);
    llvm::DiagnosticPrinterRawOStream printer(stream);
    info.print(printer);
    stream << '\n';
    return true;
  }

 private:
  std::string& errors_;
};

[[noreturn]] void refuse(const std::string& name, const std::string& complaints) {
  const std::string first = complaints.substr(0, complaints.find('\n'));
  throw Error(ErrorCode::compile_failed,
              fmt::format("LLVM {} refused {}: {}", LLVM_VERSION_STRING, name, first), complaints);
}

std::unique_ptr<llvm::Module> parse(std::string_view text, const std::string& name,
                                    llvm::LLVMContext& context) {
  llvm::SMDiagnostic diagnostic;
  const llvm::MemoryBufferRef buffer(llvm::StringRef(text.data(), text.size()), name);
  std::unique_ptr<llvm::Module> module = llvm::parseAssembly(buffer, diagnostic, context);
  std::string complaints;
  llvm::raw_string_ostream stream(complaints);
  if (!module) {
    diagnostic.print("", stream, false);
    refuse(name, stream.str());
  }
  if (llvm::verifyModule(*module, &stream)) refuse(name, stream.str());
  return module;
}

std::unique_ptr<llvm::TargetMachine> make_machine(const HostTarget& target) {
  std::string why;
  const llvm::Target* found = llvm::TargetRegistry::lookupTarget(target.triple, why);
  require(found != nullptr, ErrorCode::unsupported, "LLVM has no code generator for {}: {}",
          target.triple, why);
  return std::unique_ptr<llvm::TargetMachine>(found->createTargetMachine(
      target.triple, target.cpu, target.features, llvm::TargetOptions(), llvm::Reloc::PIC_,
      llvm::CodeModel::Small, llvm::CodeGenOptLevel::Aggressive));
}

void optimise(llvm::Module& module, llvm::TargetMachine& machine, IrPasses passes) {
  if (passes == IrPasses::none) return;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager call_graph;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(call_graph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, call_graph, modules);
  const llvm::OptimizationLevel level =
      passes == IrPasses::o1 ? llvm::OptimizationLevel::O1 : llvm::OptimizationLevel::O2;
  builder.buildPerModuleDefaultPipeline(level).run(module, modules);
}

}  // namespace

const HostTarget& host_target() {
  static const HostTarget target = detect();
  return target;
}

std::string host_compiler_version() { return LLVM_VERSION_STRING; }

std::vector<std::byte> compile_ir(std::string_view text, const std::string& name,
                                  const HostTarget& target, IrPasses passes) {
  initialize_llvm();
  // LLVM's parser relies on a final NUL, which a view does not promise.
  const std::string terminated(text);
  std::string complaints;
  llvm::LLVMContext context;
  context.setDiagnosticHandler(std::make_unique<Complaints>(complaints));
  const std::unique_ptr<llvm::Module> module = parse(terminated, name, context);

  const std::unique_ptr<llvm::TargetMachine> machine = make_machine(target);
  module->setTargetTriple(target.triple);
  module->setDataLayout(machine->createDataLayout());
  module->setPICLevel(llvm::PICLevel::BigPIC);
  optimise(*module, *machine, passes);

  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager codegen;
  require(
      !machine->addPassesToEmitFile(codegen, stream, nullptr, llvm::CodeGenFileType::ObjectFile),
      ErrorCode::unsupported, "LLVM writes no object files for {}", target.triple);
  codegen.run(*module);
  if (!complaints.empty()) refuse(name, complaints);

  const auto* bytes = reinterpret_cast<const std::byte*>(object.data());
  return {bytes, bytes + object.size()};
}

}  // namespace rbgp::runtime
