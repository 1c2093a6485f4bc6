#include "devcluster/driver/files.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace devcluster::driver {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Result;

class File {
 public:
  File(const fs::path& path, int flags, mode_t mode = 0)
      : fd_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  explicit operator bool() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  int fd_;
};

Error failed(const char* doing, const fs::path& path) {
  return errno_error(std::string(doing) + " " + path.string(), errno);
}

bool write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = write(fd, bytes, size);
    if (written < 0 && errno != EINTR) return false;
    if (written < 0) continue;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

// Plain reading and writing, for file systems between which the kernel cannot copy.
bool copy_by_hand(int in, int out, off_t begin, off_t end) {
  std::array<char, 64 * 1024> buffer;
  if (lseek(out, begin, SEEK_SET) < 0) return false;
  while (begin < end) {
    const std::size_t wanted = std::min<off_t>(end - begin, buffer.size());
    const ssize_t got = pread(in, buffer.data(), wanted, begin);
    if (got == 0) return true;  // it has become shorter meanwhile
    if (got < 0 || !write_all(out, buffer.data(), static_cast<std::size_t>(got))) return false;
    begin += got;
  }
  return true;
}

bool copy_range(int in, int out, off_t begin, off_t end) {
  off_t from = begin, to = begin;
  while (from < end) {
    const ssize_t copied =
        copy_file_range(in, &from, out, &to, static_cast<std::size_t>(end - from), 0);
    if (copied == 0) return true;  // it has become shorter meanwhile
    if (copied < 0) return copy_by_hand(in, out, from, end);
  }
  return true;
}

// Range by range, so that holes stay holes.
bool copy_data(int in, int out, off_t size) {
  if (ftruncate(out, size) != 0) return false;
  off_t end = 0;
  while (end < size) {
    const off_t begin = lseek(in, end, SEEK_DATA);
    if (begin < 0) return errno == ENXIO;  // only a hole is left
    end = lseek(in, begin, SEEK_HOLE);
    if (end < 0 || !copy_range(in, out, begin, end)) return false;
  }
  return true;
}

// Owner, mode and times. Only root may give files away; others keep what they copy.
bool copy_attributes(int fd, const struct stat& from) {
  const bool owned = fchown(fd, from.st_uid, from.st_gid) == 0 || errno == EPERM;
  const std::array<timespec, 2> times = {from.st_atim, from.st_mtim};
  return owned && fchmod(fd, from.st_mode & 07777) == 0 && futimens(fd, times.data()) == 0;
}

Result<void> copy_file(const fs::path& from, const fs::path& to, const struct stat& status,
                       Durability durability) {
  const File in(from, O_RDONLY | O_NOFOLLOW);
  if (!in) return failed("open", from);
  const File out(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!out) return failed("make", to);
  const bool copied =
      ioctl(out.fd(), FICLONE, in.fd()) == 0 || copy_data(in.fd(), out.fd(), status.st_size);
  if (!copied || !copy_attributes(out.fd(), status)) return failed("copy", from);
  if (durability == Durability::disk && fsync(out.fd()) != 0) return failed("write", to);
  return {};
}

Result<void> copy_link(const fs::path& from, const fs::path& to, const struct stat& status) {
  std::error_code error;
  fs::copy_symlink(from, to, error);
  if (error) return errno_error("copy " + from.string(), error.value());
  if (lchown(to.c_str(), status.st_uid, status.st_gid) != 0 && errno != EPERM)
    return failed("copy", from);
  return {};
}

Result<void> copy_special(const fs::path& from, const fs::path& to, const struct stat& status) {
  if (mknod(to.c_str(), status.st_mode, status.st_rdev) != 0) return failed("copy", from);
  return {};
}

Result<void> copy_any(const fs::path& from, const fs::path& to, Durability durability);

Result<void> copy_folder(const fs::path& from, const fs::path& to, const struct stat& status,
                         Durability durability) {
  if (mkdir(to.c_str(), 0700) != 0) return failed("make", to);
  std::error_code error;
  for (fs::directory_iterator entry(from, error), end; !error && entry != end;
       entry.increment(error)) {
    const Result<void> copied = copy_any(entry->path(), to / entry->path().filename(), durability);
    if (!copied) return copied;
  }
  if (error) return errno_error("read " + from.string(), error.value());
  const File folder(to, O_RDONLY | O_DIRECTORY);
  if (!folder || !copy_attributes(folder.fd(), status)) return failed("copy", from);
  if (durability == Durability::disk && fsync(folder.fd()) != 0) return failed("write", to);
  return {};
}

Result<void> copy_any(const fs::path& from, const fs::path& to, Durability durability) {
  struct stat status {};
  if (lstat(from.c_str(), &status) != 0) return failed("look at", from);
  if (S_ISDIR(status.st_mode)) return copy_folder(from, to, status, durability);
  if (S_ISREG(status.st_mode)) return copy_file(from, to, status, durability);
  if (S_ISLNK(status.st_mode)) return copy_link(from, to, status);
  return copy_special(from, to, status);
}

}  // namespace

Error errno_error(const std::string& doing, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return Error(full ? ErrorKind::exhausted : ErrorKind::internal,
               doing + ": " + std::strerror(number));
}

Result<void> write_atomically(const fs::path& file, const std::string& content,
                              Durability durability) {
  fs::path fresh = file;
  fresh.replace_filename("." + file.filename().string() + ".partial");
  {
    const File out(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!out || !write_all(out.fd(), content.data(), content.size())) return failed("write", fresh);
    if (durability == Durability::disk && fsync(out.fd()) != 0) return failed("write", fresh);
  }
  if (rename(fresh.c_str(), file.c_str()) != 0) return failed("rename to", file);
  return sync_folder(file.parent_path(), durability);
}

Result<void> sync_folder(const fs::path& folder, Durability durability) {
  if (durability == Durability::kernel) return {};
  const File opened(folder, O_RDONLY | O_DIRECTORY);
  if (!opened || fsync(opened.fd()) != 0) return failed("write", folder);
  return {};
}

Result<void> copy_tree(const fs::path& from, const fs::path& to, Durability durability) {
  return copy_any(from, to, durability);
}

}  // namespace devcluster::driver
