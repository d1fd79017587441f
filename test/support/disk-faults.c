/*
 * Preloaded into a process under test: says each sync on standard output, in order with what the process says itself,
 * and makes the disk fail as the file NECK_FAULT tells: "sync" (fsync and fdatasync fail with EIO), "full" (writes fail
 * with ENOSPC), "readonly" (files open for reading only, writes fail with EROFS). No file, or an empty one: all is well.
 * Only files of the database are touched: their path holds "neck.sqlite".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fault_is(const char *name) {
  const char *path = getenv("NECK_FAULT");
  if (!path) return 0;
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  char text[32] = "";
  if (!fgets(text, sizeof text, file)) text[0] = 0;
  fclose(file);
  return strcmp(text, name) == 0;
}

static int is_database(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return strstr(path, "neck.sqlite") != NULL;
}

static int synced(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  if (!is_database(fd)) return real(fd);
  if (fault_is("sync")) {
    errno = EIO;
    return -1;
  }
  int outcome = real(fd);
  if (outcome == 0 && write(1, "sync\n", 5) != 5) return -1;
  return outcome;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }

static int refused(int fd) {
  if (!is_database(fd)) return 0;
  if (fault_is("full")) return ENOSPC;
  if (fault_is("readonly")) return EROFS;
  return 0;
}

typedef ssize_t (*pwrite_type)(int, const void *, size_t, off64_t);

static ssize_t written(const char *name, int fd, const void *bytes, size_t count, off64_t offset) {
  int error = refused(fd);
  if (error) {
    errno = error;
    return -1;
  }
  return ((pwrite_type)dlsym(RTLD_NEXT, name))(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return written("pwrite", fd, bytes, count, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  return written("pwrite64", fd, bytes, count, offset);
}

typedef int (*open_type)(const char *, int, ...);

static int opened(const char *name, const char *path, int flags, mode_t mode) {
  if ((flags & (O_RDWR | O_WRONLY)) && strstr(path, "neck.sqlite") && fault_is("readonly")) {
    errno = EROFS;
    return -1;
  }
  return ((open_type)dlsym(RTLD_NEXT, name))(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened("open64", path, flags, mode);
}
