#pragma once

#include <string>

#include <catch2/catch.hpp>

#include "base/error.hpp"

// So that REQUIRE(result) shows why there is none.
namespace Catch {

template <>
struct StringMaker<base::Error> {
  static std::string convert(const base::Error& error) {
    return "[" + std::string(base::to_string(error.kind())) + "] " + error.text();
  }
};

template <class T>
struct StringMaker<boost::system::result<T, base::Error>> {
  static std::string convert(const boost::system::result<T, base::Error>& result) {
    return result ? "a value" : StringMaker<base::Error>::convert(result.error());
  }
};

}  // namespace Catch
