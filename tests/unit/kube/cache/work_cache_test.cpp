#include "kube/cache/work_cache.hpp"

#include <catch2/catch.hpp>
