// Preloaded into a program under test: the host it believes to be on is $TEST_HOST_NAME, so that
// several processes of one machine can be replicas with a name each.

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

extern "C" int gethostname(char* name, std::size_t size) noexcept {
  const char* const wanted = std::getenv("TEST_HOST_NAME");
  const std::size_t length = wanted ? std::strlen(wanted) : 0;
  if (length == 0 || length >= size) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(name, wanted, length + 1);
  return 0;
}
