// Files of the report's page, embedded at build time.
#pragma once

#include <string_view>

namespace rbgp::report_templates {

// Text of "report/NAME". Throws std::out_of_range for an unknown name.
std::string_view template_text(std::string_view name);

}  // namespace rbgp::report_templates
