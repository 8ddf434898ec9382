// SPDX-License-Identifier: GPL-2.0-only
/*
 * A change that is taken back by itself.
 *
 * Before the first step, the configuration is written to a file in /run and a
 * guard is started: a process of its own session, which outlives the terminal
 * and whoever has started it.  A socket leads to it.  When the change is done,
 * the file is removed and the guard told to end; when the socket ends without a
 * word, who was changing things is dead, and it goes back to the file at once.
 * With a time to confirm, it is told to wait, and goes back when that is over or
 * it is told to end (SIGTERM), unless the file is gone: to confirm is to remove it.
 *
 * What is not a part of the configuration, such as an address that leaves a NIC,
 * is taken back by requests that the guard is told of before each is needed.
 *
 *	before		written and renamed before the guard starts
 *	guard		locked as long as there is a guard; its pid
 *	lock		locked by whoever changes things
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <linux/netlink.h>

#include "apply.h"
#include "config.h"
#include "guard.h"
#include "nl.h"
#include "save.h"
#include "text.h"
#include "undo.h"
#include "vsw.h"
#include "vswctl.h"

/* Where the guard has its end of the way to who changes things. */
#define WAY_FD 3

/* Where it has the file that is locked as long as it lives. */
#define PLACE_FD 4

/* What is told to the guard; behind a note comes whose request it is. */
#define SAY_END 'e'
#define SAY_WAIT 'w'
#define SAY_NOTE 'n'

/**
 * struct note - what is told to the guard, with a request or without
 * @word: what is said
 * @route: the request is one to rtnetlink, not to the switch
 * @bytes: the request
 */
struct note {
	char word;
	bool route;
	char bytes[REQ_SIZE];
};

#define NOTE_HEAD offsetof(struct note, bytes)

/* Each network namespace has a folder of its own, named by its inode. */
static char *run_path(const char *name)
{
	struct stat ns = { .st_ino = 0 };

	stat("/proc/self/ns/net", &ns);
	return text_format("/run/vswitch/%llu%s%s", (unsigned long long)ns.st_ino,
			   *name ? "/" : "", name);
}

static int open_file(const char *name, int flags)
{
	char *path = run_path(name);
	int fd = open(path, flags | O_RDWR | O_CLOEXEC, 0600);

	free(path);
	return fd;
}

static void remove_file(const char *name)
{
	char *path = run_path(name);

	unlink(path);
	free(path);
}

static int make_folder(const struct ctl *ctl)
{
	char *path = run_path("");
	int status = STATUS_OK;

	if ((mkdir("/run/vswitch", 0755) && errno != EEXIST) ||
	    (mkdir(path, 0700) && errno != EEXIST))
		status = ctl_fail(ctl, STATUS_SYSTEM, "%s: %s", path,
				  strerror(errno));
	free(path);
	return status;
}

/* Waits until nobody else changes things. */
static int lock_changes(const struct ctl *ctl, int *lock)
{
	int status = make_folder(ctl);

	*lock = -1;
	if (status)
		return status;
	*lock = open_file("lock", O_CREAT);
	while (*lock >= 0 && flock(*lock, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		close(*lock);
		*lock = -1;
	}
	if (*lock < 0)
		return ctl_fail(ctl, STATUS_SYSTEM, "/run/vswitch: %s",
				strerror(errno));
	return STATUS_OK;
}

static bool has_before(void)
{
	char *path = run_path("before");
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

/*
 * Takes the place of the guard.  Whoever has it passes it on to the guard, so
 * that it is never free while there is something to go back to.
 */
static int take_place(const struct ctl *ctl, int *place)
{
	*place = open_file("guard", O_CREAT);
	if (*place < 0)
		return ctl_fail(ctl, STATUS_SYSTEM, "/run/vswitch: %s",
				strerror(errno));
	if (!flock(*place, LOCK_EX | LOCK_NB))
		return STATUS_OK;
	/* One that has nothing to go back to is about to end. */
	if (!has_before() && !flock(*place, LOCK_EX))
		return STATUS_OK;
	close(*place);
	return ctl_fail(ctl, STATUS_SYSTEM,
			"the change before waits for \"vswctl confirm\", or is taken back");
}

/* The guard that has its place, 0 if there is none. */
static pid_t find_guard(void)
{
	int fd = open_file("guard", 0);
	char text[32] = "";
	pid_t pid = 0;

	if (fd < 0)
		return 0;
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK &&
	    pread(fd, text, sizeof(text) - 1, 0) > 0)
		pid = atoi(text);
	close(fd);
	return pid;
}

/* The guard */

/* A request that takes something back goes to the others of its kind. */
static void keep_note(struct undo *undo, const struct note *note, size_t len)
{
	struct ctl *ctl = undo->ctl;
	struct req back;

	if (note->route)
		nl_start_route(ctl);
	else if (!ctl->genl)
		ctl->genl = nl_open(NETLINK_GENERIC);
	memcpy(back.bytes, note->bytes, len);
	undo_note(undo, note->route ? ctl->route : ctl->genl, &back);
}

/* Waits for a word that is no note.  Return: the word, 0 if nobody says one. */
static char wait_word(int fd, struct undo *undo)
{
	struct note note;
	ssize_t len;

	for (;;) {
		len = read(fd, &note, sizeof(note));
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 1 || note.word != SAY_NOTE)
			return len < 1 ? 0 : note.word;
		keep_note(undo, &note, len - NOTE_HEAD);
	}
}

/*
 * Waits until the time is over, which goes on while the machine sleeps, or until
 * somebody wants the guard to end.
 */
static void sleep_until_over(unsigned int seconds)
{
	const struct itimerspec time = { .it_value.tv_sec = seconds };
	struct pollfd fds[2] = {
		{ timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC), POLLIN },
		{ .events = POLLIN },
	};
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	fds[1].fd = signalfd(-1, &term, SFD_CLOEXEC);
	/* Without a clock it is over at once. */
	if (timerfd_settime(fds[0].fd, 0, &time, NULL))
		return;
	while (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno == EINTR)
		;
}

/* Goes back to what is in the file, unless that is gone. */
static void go_back(struct ctl *ctl, struct undo *undo)
{
	char *path = run_path("before");
	json_t *before = NULL;
	int lock;

	/*
	 * Without something to go back to it does not wait for the lock: whoever
	 * has that may be waiting for the place of this guard.
	 */
	if (has_before() && !lock_changes(ctl, &lock) && has_before()) {
		syslog(LOG_WARNING, "a change is taken back: it was %s",
		       ctl->confirm ? "not confirmed" : "not finished");
		undo_end(undo, STATUS_SYSTEM);
		before = json_load_file(path, 0, NULL);
		config_canon(before);
		if (!before || apply_back(ctl, before))
			syslog(LOG_ERR, "not all of it could be taken back");
		json_decref(before);
		unlink(path);
	}
	free(path);
}

static void watch(struct ctl *ctl, int fd)
{
	struct undo undo = { .ctl = ctl };
	char word = wait_word(fd, &undo);

	if (word == SAY_END)
		return;
	if (word == SAY_WAIT)
		sleep_until_over(ctl->confirm);
	go_back(ctl, &undo);
}

/* Nothing of whoever has started it is left to the guard but two files. */
static bool settle(struct ctl *ctl, int way, int place)
{
	char text[32];
	sigset_t term;
	int null, fd;

	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	/* It never dies of one: see sleep_until_over(). */
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	/* Who gets the lock of changes, which is closed below, may look for it. */
	snprintf(text, sizeof(text), "%d\n", getpid());
	if (ftruncate(place, 0) ||
	    pwrite(place, text, strlen(text), 0) != (ssize_t)strlen(text))
		return false;
	/* Away from where the two are to be. */
	way = fcntl(way, F_DUPFD, PLACE_FD + 1);
	place = fcntl(place, F_DUPFD, PLACE_FD + 1);
	if (dup2(way, WAY_FD) < 0 || dup2(place, PLACE_FD) < 0)
		return false;
	null = open("/dev/null", O_RDWR);
	for (fd = 0; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	closefrom(PLACE_FD + 1);
	/* Sockets have gone, too. */
	ctl->genl = NULL;
	ctl->route = NULL;
	openlog("vswctl", LOG_PID, LOG_DAEMON);
	return !chdir("/");
}

static void be_guard(const struct ctl *ctl, int way, int place)
{
	struct ctl own = *ctl;

	setsid();
	/* Not a child of anyone who would have to wait for it. */
	if (fork())
		_exit(0);
	if (!settle(&own, way, place))
		_exit(1);
	/* Who does not hear it any more is dead, which is a word as well. */
	send(WAY_FD, "", 1, MSG_NOSIGNAL);
	watch(&own, WAY_FD);
	_exit(0);
}

/* Starts the guard, and waits until it watches. */
static int start_guard(const struct ctl *ctl, int place, int *way)
{
	char ready;
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return ctl_fail(ctl, STATUS_SYSTEM,
				"the guard of the change does not start: %s",
				strerror(errno));
	fflush(NULL);
	pid = fork();
	if (!pid) {
		close(ends[0]);
		be_guard(ctl, ends[1], place);
	}
	close(ends[1]);
	*way = ends[0];
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (pid > 0 && recv(*way, &ready, 1, 0) == 1)
		return STATUS_OK;
	close(*way);
	*way = -1;
	return ctl_fail(ctl, STATUS_SYSTEM, "the guard of the change does not start");
}

/* Writes down what there is, and starts the guard. */
static int watch_over(struct ctl *ctl, struct guard *guard, int place,
		      json_t **before)
{
	char *path = run_path("before");
	int status;

	status = config_read(ctl, before);
	if (!status)
		status = save_write(ctl, path, *before);
	if (!status) {
		status = start_guard(ctl, place, &guard->way);
		if (status)
			unlink(path);
	}
	free(path);
	return status;
}

/**
 * guard_start - let a change be watched that begins now
 * @ctl: the run; @ctl->confirm are the seconds to confirm it in, or 0
 * @guard: set to who watches, for guard_end() if this succeeds
 * @before: what to go back to
 *
 * Nobody else changes things through a plan until guard_end().
 *
 * Return: an exit status.
 */
int guard_start(struct ctl *ctl, struct guard *guard, json_t **before)
{
	int status, place;

	*before = NULL;
	guard->undo = (struct undo){ .ctl = ctl };
	guard->stays = false;
	if (ctl->guard)
		return ctl_fail(ctl, STATUS_USAGE,
				"with --confirm, the commands of a batch are those of objects");
	status = lock_changes(ctl, &guard->lock);
	if (status)
		return status;
	status = take_place(ctl, &place);
	if (!status) {
		status = watch_over(ctl, guard, place, before);
		close(place);
	}
	if (status) {
		json_decref(*before);
		close(guard->lock);
	} else {
		ctl->guard = guard;
	}
	return status;
}

/**
 * guard_note - tell the guard how to take something back that is about to be done
 * @ctl: the run
 * @sock: where the request would be sent
 * @back: the request
 */
void guard_note(const struct ctl *ctl, const struct nl_sock *sock,
		const struct req *back)
{
	struct note note = { SAY_NOTE, sock == ctl->route };
	struct iovec parts[] = {
		{ &note, NOTE_HEAD },
		{ (void *)&back->nlh, back->nlh.nlmsg_len },
	};
	const struct msghdr msg = {
		.msg_iov = parts, .msg_iovlen = ARRAY_SIZE(parts),
	};

	if (ctl->guard)
		sendmsg(ctl->guard->way, &msg, MSG_NOSIGNAL);
}

static bool tell(const struct guard *guard, char word)
{
	return send(guard->way, &word, 1, MSG_NOSIGNAL) == 1;
}

static void take_back(struct ctl *ctl, struct guard *guard, const json_t *before)
{
	undo_end(&guard->undo, STATUS_SYSTEM);
	guard->stays = apply_back(ctl, before);
}

/**
 * guard_end - a change that is watched is done, or has failed
 * @ctl: the run
 * @guard: who watches
 * @before: what to go back to if it has failed
 * @status: exit status of the change
 *
 * Return: an exit status.
 */
int guard_end(struct ctl *ctl, struct guard *guard, json_t *before, int status)
{
	ctl->guard = NULL;
	if (status)
		take_back(ctl, guard, before);
	if (status || !ctl->confirm) {
		remove_file("before");
		tell(guard, SAY_END);
	} else if (!tell(guard, SAY_WAIT)) {
		take_back(ctl, guard, before);
		remove_file("before");
		status = ctl_fail(ctl, STATUS_SYSTEM,
				  "the guard of the change is gone; the change is taken back");
		if (guard->stays)
			ctl_warn(ctl, "not all of it could be taken back");
	} else if (!ctl->json) {
		printf("taken back in %u s, unless \"vswctl confirm\" follows\n",
		       ctl->confirm);
	}
	undo_end(&guard->undo, STATUS_OK);
	json_decref(before);
	close(guard->way);
	close(guard->lock);
	return status;
}

/**
 * guard_settled - wait until nobody changes things, and nothing is to be confirmed
 * @ctl: the run
 * @lock: set to a file; nobody changes things through a plan until it is closed
 *
 * Return: an exit status.
 */
int guard_settled(const struct ctl *ctl, int *lock)
{
	int status;

	if (ctl->confirm)
		return ctl_fail(ctl, STATUS_USAGE,
				"with --confirm it would keep what may be taken back");
	status = lock_changes(ctl, lock);
	if (status || !has_before() || !find_guard())
		return status;
	close(*lock);
	return ctl_fail(ctl, STATUS_SYSTEM,
			"a change waits for \"vswctl confirm\", or is taken back");
}

/**
 * guard_confirm - keep the change that waits to be confirmed
 * @ctl: the run
 *
 * Return: an exit status.
 */
int guard_confirm(struct ctl *ctl)
{
	int status, lock;
	pid_t pid;

	if (ctl->guard)
		return ctl_fail(ctl, STATUS_USAGE, "it is for another command to confirm");
	status = lock_changes(ctl, &lock);
	if (status)
		return status;
	pid = has_before() ? find_guard() : 0;
	if (pid && ctl->dry_run) {
		status = vsw_say(ctl);
	} else if (pid) {
		remove_file("before");
		kill(pid, SIGTERM);
	} else {
		status = ctl_fail(ctl, STATUS_ABSENT,
				  "no change waits to be confirmed; one that was not confirmed in time is taken back");
	}
	close(lock);
	return status;
}
