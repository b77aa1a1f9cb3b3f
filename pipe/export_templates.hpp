// Files of an exported folder, embedded at build time, with @PLACEHOLDERS@.
#pragma once

#include <string_view>

namespace rbgp::export_templates {

// Text of "export/NAME". Throws std::out_of_range for an unknown name.
std::string_view template_text(std::string_view name);

}  // namespace rbgp::export_templates
