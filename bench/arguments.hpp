// Arguments of a benchmark program beside Google Benchmark's own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <rbgp/error.hpp>
#include <rbgp/problem.hpp>

namespace rbgp::bench {

using Arguments = std::map<std::string, std::string>;  // name -> value, filled with the defaults

// Takes `--name=value` of the known names out of argv; the rest stays for Google Benchmark.
void take_arguments(int& argc, char** argv, Arguments& arguments);

// "a,b" -> {"a", "b"}
std::vector<std::string> split(const std::string& list, char separator = ',');

// Errors of these: invalid_argument, one line that quotes the text.
double parse_number(const std::string& text);
// "4096" is square; "768x3072x3152" is M x K x N.
Problem parse_problem(const std::string& text);

// The problem in the arithmetic and layout of the arguments "dtype" and "layout".
Problem with_choices(Problem problem, const Arguments& arguments);

// Says what went wrong in one line on stderr. The exit code of a program that ends with the error: 2 for bad
// arguments, 3 for what this machine lacks, else 1.
int report_error(const char* program, const Error& error);

}  // namespace rbgp::bench
