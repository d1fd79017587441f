/*
 * Preloaded into BlueZ's btvirt, which is used as Debian ships it. Three changes:
 *
 *  - Private sockets. btvirt has its socket names fixed as /tmp/bt-server-*, so a second instance takes the first
 *    one's away. With NECK_BTVIRT_DIR set they are made in that folder.
 *  - Kernels without AF_ALG. btvirt opens kernel ciphers when it makes a controller, and drops the client when there
 *    are none. They serve link encryption and resolvable addresses only, which an unencrypted link never touches, so
 *    an unconnected local socket takes their place.
 *  - It ends with the process that started it (NECK_BTVIRT_PARENT), also when that one is killed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef AF_ALG
#define AF_ALG 38
#endif

#define FIXED_PREFIX "/tmp/bt-server-"

typedef int (*socket_fn)(int, int, int);
typedef int (*bind_fn)(int, const struct sockaddr *, socklen_t);
typedef int (*unlink_fn)(const char *);

__attribute__((constructor)) static void end_with_parent(void)
{
	const char *parent = getenv("NECK_BTVIRT_PARENT");

	if (!parent)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before the line above. */
	if (getppid() != (pid_t) atol(parent))
		_exit(1);
}

/* Writes the private name of a fixed one to out; 0 when the path is not btvirt's or does not fit. */
static int private_name(const char *path, char *out, size_t size)
{
	const char *dir = getenv("NECK_BTVIRT_DIR");
	int written;

	if (!dir || strncmp(path, FIXED_PREFIX, strlen(FIXED_PREFIX)) != 0)
		return 0;
	written = snprintf(out, size, "%s/bt-server-%s", dir, path + strlen(FIXED_PREFIX));
	return written > 0 && (size_t) written < size;
}

int socket(int domain, int type, int protocol)
{
	socket_fn real = (socket_fn) dlsym(RTLD_NEXT, "socket");
	int fd = real(domain, type, protocol);

	if (fd < 0 && domain == AF_ALG)
		fd = real(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	return fd;
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	bind_fn real = (bind_fn) dlsym(RTLD_NEXT, "bind");
	struct sockaddr_un moved;

	if (addr->sa_family == AF_ALG) {
		real(fd, addr, len); /* fails on the stand-in, on purpose unnoticed */
		return 0;
	}
	if (addr->sa_family == AF_UNIX) {
		memset(&moved, 0, sizeof(moved));
		moved.sun_family = AF_UNIX;
		if (private_name(((const struct sockaddr_un *) addr)->sun_path, moved.sun_path, sizeof(moved.sun_path)))
			return real(fd, (const struct sockaddr *) &moved, sizeof(moved));
	}
	return real(fd, addr, len);
}

int unlink(const char *path)
{
	unlink_fn real = (unlink_fn) dlsym(RTLD_NEXT, "unlink");
	char moved[sizeof(((struct sockaddr_un *) 0)->sun_path)];

	return real(private_name(path, moved, sizeof(moved)) ? moved : path);
}
