// SPDX-License-Identifier: GPL-2.0-only
/*
 * vswctl monitor
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/vswitch.h>

#include "args.h"
#include "line.h"
#include "nl.h"
#include "print.h"
#include "schema.h"
#include "text.h"
#include "vsw.h"
#include "vswctl.h"
#include "words.h"

static const char help[] =
	"vswctl [-j] [-d] [-s] monitor [OBJECT]...\n"
	"\n"
	"OBJECT := switch | uplink | portgroup | port | vmk\n"
	"\n"
	"Prints what changes, as it changes, until it is interrupted: each object as it\n"
	"is now, or that it is deleted. With -j each line is a JSON object. If changes\n"
	"come faster than they can be read, it says that some were lost and lists\n"
	"everything anew.\n";

/**
 * struct kind - a kind of object that can be listened to
 * @word: its word
 * @set: what its attributes are
 * @get: VSWITCH_CMD_*_GET
 * @ntf: VSWITCH_CMD_*_NTF
 * @del: VSWITCH_CMD_*_DEL_NTF
 */
struct kind {
	const char *word;
	const struct attr_set *set;
	__u8 get;
	__u8 ntf;
	__u8 del;
};

#define KIND(word, SET, CMD)						\
	{ word, &set_##SET, VSWITCH_CMD_##CMD##_GET,			\
	  VSWITCH_CMD_##CMD##_NTF, VSWITCH_CMD_##CMD##_DEL_NTF }

static const struct kind kinds[] = {
	KIND("switch", switch, SWITCH),
	KIND("uplink", uplink, UPLINK),
	KIND("portgroup", portgroup, PORTGROUP),
	KIND("port", port, PORT),
	KIND("vmk", vmk, VMK),
};

/**
 * struct monitor - one who listens
 * @ctl: the run
 * @wanted: which of the kinds
 */
struct monitor {
	struct ctl *ctl;
	bool wanted[ARRAY_SIZE(kinds)];
};

/* What an event that is about no object is called in text. */
static const char *event_text(const char *event)
{
	return strcmp(event, "lost") ? "listening" :
	       "messages were lost; what there is now follows";
}

/* An event is one line, so that it can be read as soon as it has come. */
static void print_event(const struct ctl *ctl, const char *event,
			const struct kind *kind, const json_t *object)
{
	struct timespec now;
	char at[32], *text;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	if (ctl->json) {
		json_t *line = must(json_object());

		strftime(at, sizeof(at), "%FT%T", &tm);
		text = text_format("%s.%06ld", at, now.tv_nsec / 1000);
		strftime(at, sizeof(at), "%z", &tm);
		json_object_set_new(line, "time",
				    must(json_sprintf("%s%s", text, at)));
		free(text);
		json_object_set_new(line, "event", must(json_string(event)));
		if (kind) {
			json_object_set_new(line, "object",
					    must(json_string(kind->word)));
			json_object_set(line, kind->word, (json_t *)object);
		}
		print_json(ctl, line);
		json_decref(line);
		return;
	}
	strftime(at, sizeof(at), "%T", &tm);
	printf("%s.%03ld ", at, now.tv_nsec / 1000000);
	if (!kind) {
		puts(event_text(event));
		return;
	}
	line_put(ctl, kind->word, object);
	puts(strcmp(event, "set") ? " deleted" : "");
}

static void hear(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh), i;
	const struct monitor *monitor = data;
	json_t *object;

	if (nlh->nlmsg_type != monitor->ctl->family || len < GENL_HDRLEN)
		return;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		bool gone = header->cmd == kinds[i].del;

		if (!monitor->wanted[i] || (!gone && header->cmd != kinds[i].ntf))
			continue;
		object = schema_decode(kinds[i].set, (const char *)header +
				       GENL_HDRLEN, len - GENL_HDRLEN);
		if (!monitor->ctl->stats)
			json_object_del(object, "stats");
		print_event(monitor->ctl, gone ? "deleted" : "set", &kinds[i],
			    object);
		json_decref(object);
	}
}

static void ignore(__attribute__((unused)) const struct nlmsghdr *nlh,
		   __attribute__((unused)) void *data)
{
}

/*
 * What is still queued is older than what is lost, so it is thrown away, and
 * everything is listed as it is now. Changes that come meanwhile are queued.
 */
static int catch_up(const struct monitor *monitor, struct nl_sock *sock)
{
	const json_t *object;
	json_t *list;
	int status = STATUS_OK;
	size_t i, index;

	while (nl_listen(sock, false, ignore, NULL) != EAGAIN)
		;
	print_event(monitor->ctl, "lost", NULL, NULL);
	for (i = 0; !status && i < ARRAY_SIZE(kinds); i++) {
		if (!monitor->wanted[i])
			continue;
		status = vsw_list(monitor->ctl, kinds[i].get, kinds[i].set,
				  &list);
		json_array_foreach(list, index, object)
			print_event(monitor->ctl, "set", &kinds[i], object);
		json_decref(list);
	}
	print_event(monitor->ctl, "ready", NULL, NULL);
	return status;
}

static int listen_to(const struct monitor *monitor, struct nl_sock *sock)
{
	int status = STATUS_OK, err;

	print_event(monitor->ctl, "ready", NULL, NULL);
	while (!status && !fflush(stdout)) {
		err = nl_listen(sock, true, hear, (void *)monitor);
		if (err == ENOBUFS)
			status = catch_up(monitor, sock);
		else if (err)
			status = ctl_fail(monitor->ctl, STATUS_SYSTEM,
					  "netlink: %s", strerror(err));
	}
	return status;
}

/* Takes the kinds that are named; all if none is. */
static int parse(struct args *args, struct monitor *monitor)
{
	bool all = !*args->argv;
	struct words words;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		monitor->wanted[i] = all;
	for (; *args->argv; args->argv++) {
		words.count = 0;
		for (i = 0; i < ARRAY_SIZE(kinds); i++) {
			words_add(&words, kinds[i].word);
			if (!strcmp(kinds[i].word, *args->argv))
				break;
		}
		if (i == ARRAY_SIZE(kinds))
			return args_unknown(args, *args->argv, &words);
		monitor->wanted[i] = true;
	}
	return STATUS_OK;
}

static int monitor_run(struct ctl *ctl, struct args *args)
{
	struct monitor monitor = { .ctl = ctl };
	struct nl_sock *sock;
	struct req req;
	int status;

	status = parse(args, &monitor);
	if (!status && ctl->file)
		status = ctl_fail(ctl, STATUS_USAGE,
				  "a batch would not get beyond it");
	/* It finds out the numbers of the family and of its group. */
	if (!status)
		status = vsw_start(ctl, &req, VSWITCH_CMD_SWITCH_GET, &set_switch);
	if (status)
		return status;
	sock = nl_open(NETLINK_GENERIC);
	if (sock && nl_join(sock, ctl->group))
		status = listen_to(&monitor, sock);
	else
		status = ctl_fail(ctl, STATUS_SYSTEM, "netlink: %s",
				  strerror(errno));
	nl_close(sock);
	return status;
}

static const struct command commands[] = {
	{ NULL, monitor_run },
};

const struct object object_monitor = { "monitor", help, commands };
