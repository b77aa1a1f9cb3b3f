// Kernel templates embedded at build time.
#pragma once

#include <string_view>

namespace rbgp::templates {

// Text of the template with this file name. Throws std::out_of_range for an unknown name.
std::string_view template_text(std::string_view name);

}  // namespace rbgp::templates
