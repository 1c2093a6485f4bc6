#include "devcluster/driver/files.hpp"

#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "tests/support/fresh_folder.hpp"
#include "tests/support/result_printer.hpp"

namespace fs = std::filesystem;
using namespace devcluster::driver;

namespace {

void write(const fs::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

struct stat status_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status;
}

}  // namespace

TEST_CASE("a tree is copied with all it holds") {
  const tests::FreshFolder folder;
  const fs::path from = folder / "from", to = folder / "to";
  fs::create_directories(from / "sub" / "empty");
  write(from / "text", "hello");
  write(from / "sub" / "script", "#!/bin/sh\n");
  write(from / "nothing", "");
  fs::permissions(from / "sub" / "script", fs::perms(0750));
  fs::permissions(from / "sub" / "empty", fs::perms(0500));  // cannot be written into
  fs::create_symlink("text", from / "link");
  fs::create_symlink("/nowhere/at all", from / "dangling");
  fs::create_directory_symlink("sub", from / "link to folder");
  REQUIRE(mkfifo((from / "pipe").c_str(), 0640) == 0);
  fs::last_write_time(from / "text", fs::file_time_type(std::chrono::hours(1)));

  REQUIRE(copy_tree(from, to, Durability::disk));
  CHECK(read(to / "text") == "hello");
  CHECK(read(to / "sub" / "script") == "#!/bin/sh\n");
  CHECK(fs::is_empty(to / "nothing"));
  CHECK((status_of(to / "sub" / "script").st_mode & 07777) == 0750);
  CHECK((status_of(to / "sub" / "empty").st_mode & 07777) == 0500);
  CHECK(fs::read_symlink(to / "link") == "text");
  CHECK(fs::read_symlink(to / "dangling") == "/nowhere/at all");
  CHECK(fs::is_symlink(to / "link to folder"));
  CHECK(S_ISFIFO(status_of(to / "pipe").st_mode));
  CHECK(fs::last_write_time(to / "text") == fs::file_time_type(std::chrono::hours(1)));

  write(from / "text", "changed later");
  CHECK(read(to / "text") == "hello");
}

TEST_CASE("holes are copied as holes, and the data around them as it is") {
  const tests::FreshFolder folder;
  const fs::path from = folder / "from", to = folder / "to";
  fs::create_directory(from);
  constexpr std::streamoff gap = 1 << 20;
  {
    std::ofstream file(from / "sparse");
    file << "begin";
    file.seekp(gap);
    file << "middle";
  }
  fs::resize_file(from / "sparse", 2 * gap);
  REQUIRE(copy_tree(from, to, Durability::kernel));
  const bool same = read(to / "sparse") == read(from / "sparse");
  CHECK(same);  // not the texts themselves, which nobody wants to see
  CHECK(fs::file_size(to / "sparse") == 2 * gap);
  CHECK(status_of(to / "sparse").st_blocks <= status_of(from / "sparse").st_blocks + 64);
}

TEST_CASE("a copy that cannot be made says which file and why") {
  const tests::FreshFolder folder;
  const auto missing = copy_tree(folder / "none", folder / "to", Durability::kernel);
  REQUIRE(!missing);
  CHECK(missing.error() ==
        base::Error(base::ErrorKind::internal,
                    "look at " + (folder / "none") + ": No such file or directory"));
  fs::create_directory(folder / "from");
  fs::create_directory(folder / "to");
  const auto taken = copy_tree(folder / "from", folder / "to", Durability::kernel);
  REQUIRE(!taken);
  CHECK(taken.error().text() == "make " + (folder / "to") + ": File exists");
}

TEST_CASE("a full disk is told apart from other trouble") {
  CHECK(errno_error("write x", ENOSPC).kind() == base::ErrorKind::exhausted);
  CHECK(errno_error("write x", EDQUOT).kind() == base::ErrorKind::exhausted);
  CHECK(errno_error("write x", EIO).kind() == base::ErrorKind::internal);
}

TEST_CASE("a file is written whole, over an old one, with nothing left beside it") {
  const tests::FreshFolder folder;
  REQUIRE(write_atomically(folder / "record", "one", Durability::disk));
  REQUIRE(write_atomically(folder / "record", "two", Durability::kernel));
  CHECK(read(folder / "record") == "two");
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}
