// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host drawn: for each switch its portgroups and their ports on the left,
 * the switch itself in the middle, its uplinks on the right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "draw.h"
#include "print.h"
#include "scene.h"
#include "text.h"
#include "vswctl.h"

/* Columns of the whole picture, of a wire, and of the switch. */
#define PICTURE 80
#define WIRE 3
#define BAR 4

/* Columns of a frame around text: an edge and a blank on each side. */
#define FRAME 4

/* Columns that a word at the end of a row may take, and a device name. */
#define TAIL_MAX 12
#define DEV_MAX 12

/* Columns that the name of a port has at least beside a device. */
#define NAME_MIN 8

/**
 * struct pen - the characters that a picture is made of
 * @across: edge of a box
 * @down: edge of a box
 * @corner: corners of a box: top left, top right, bottom left, bottom right
 * @plug: where a wire meets the right edge and the left edge of a box
 * @wire: a wire in use
 * @spare: a wire that waits
 * @bar: edge of the switch, across and down
 * @bar_corner: corners of the switch
 * @socket: where a wire meets the left edge and the right edge of the switch
 * @up: mark of what is up
 * @off: mark of what is not
 * @blocked: mark of what is blocked
 * @arrow: leads to the uplink in use
 */
struct pen {
	const char *across;
	const char *down;
	const char *corner[4];
	const char *plug[2];
	const char *wire;
	const char *spare;
	const char *bar[2];
	const char *bar_corner[4];
	const char *socket[2];
	const char *up;
	const char *off;
	const char *blocked;
	const char *arrow;
};

static const struct pen unicode = {
	"─", "│", { "┌", "┐", "└", "┘" }, { "├", "┤" }, "─", "╌",
	{ "━", "┃" }, { "┏", "┓", "┗", "┛" }, { "┨", "┠" },
	"●", "○", "⊘", "→",
};

static const struct pen ascii = {
	"-", "|", { "+", "+", "+", "+" }, { "+", "+" }, "-", ".",
	{ "=", "#" }, { "#", "#", "#", "#" }, { "#", "#" },
	"*", "o", "x", "->",
};

/**
 * struct mark - the mark before the name of a port
 * @text: one column
 * @colour: its colour
 */
struct mark {
	const char *text;
	enum colour colour;
};

static const struct mark no_mark = { " ", COLOUR_NONE };

/**
 * struct row - one row of a side of the picture
 * @text: what is in it
 * @wire: the character of the wire that leaves it, NULL if there is none
 */
struct row {
	char *text;
	const char *wire;
};

/**
 * struct side - the left or the right side of the picture
 * @row: its rows
 * @count: how many there are
 * @width: columns of a row
 */
struct side {
	struct row *row;
	size_t count;
	size_t width;
};

/**
 * struct picture - the picture of a switch
 * @pen: what it is drawn with
 * @left: portgroups and ports
 * @right: uplinks
 * @tail: columns for the word at the end of a port
 * @dev: columns for the device of a port
 */
struct picture {
	const struct pen *pen;
	struct side left;
	struct side right;
	size_t tail;
	size_t dev;
};

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void put_many(FILE *out, const char *what, size_t count)
{
	while (count--)
		fputs(what, out);
}

/* Text that may come from anywhere, cut but not filled up to @width. */
static char *fit(const char *text, size_t width)
{
	char *safe = text_escape(text);
	char *cut = text_fit(safe, width);

	free(safe);
	return cut;
}

/* Text in exactly @width columns. */
static void put(FILE *out, const char *text, size_t width)
{
	char *cut = fit(text, width);

	fputs(cut, out);
	put_many(out, " ", width - text_width(cut));
	free(cut);
}

static void add_row(struct side *side, char *text, const char *wire)
{
	side->row = must(reallocarray(side->row, side->count + 1,
				      sizeof(*side->row)));
	side->row[side->count++] = (struct row){ text, wire };
}

/* The upper (0) or the lower (2) edge of a box, with words in it. */
static void add_edge(struct picture *picture, struct side *side, int edge,
		     const char *title, const char *note)
{
	const struct pen *pen = picture->pen;
	size_t room = side->width - FRAME - 2, half = room / 2, size;
	char *title_cut = fit(title, half), *note_cut, *text;
	FILE *out;

	/* The note has the half that is its own, and what the title leaves. */
	note_cut = fit(note, room - text_width(title_cut) - 2);
	free(title_cut);
	if (*note_cut)
		room -= text_width(note_cut) + 2;
	title_cut = fit(title, room);
	out = must(open_memstream(&text, &size));
	fprintf(out, "%s%s", pen->corner[edge], pen->across);
	fprintf(out, *title_cut ? " %s " : "%s", title_cut);
	put_many(out, pen->across, room - text_width(title_cut) +
		 (*title_cut ? 0 : 2));
	fprintf(out, *note_cut ? " %s " : "%s", note_cut);
	fprintf(out, "%s%s", pen->across, pen->corner[edge + 1]);
	fclose(out);
	add_row(side, must(text), NULL);
	free(title_cut);
	free(note_cut);
}

/* Puts a row into the box on the left; a wire leaves it to the right. */
static void add_left(struct picture *picture, char *text, const char *wire)
{
	const struct pen *pen = picture->pen;

	add_row(&picture->left,
		text_format("%s %s %s", pen->down, text,
			    wire ? pen->plug[0] : pen->down), wire);
	free(text);
}

/* Puts a row into the box on the right; a wire leaves it to the left. */
static void add_right(struct picture *picture, char *text, const char *wire)
{
	const struct pen *pen = picture->pen;

	add_row(&picture->right,
		text_format("%s %s %s", wire ? pen->plug[1] : pen->down, text,
			    pen->down), wire);
	free(text);
}

static struct mark port_mark(const struct pen *pen, const json_t *port)
{
	struct mark mark = { pen->blocked, scene_port_colour(port) };

	if (!get_is(port, "blocked", "on"))
		mark.text = scene_is_up(port) ? pen->up : pen->off;
	return mark;
}

/* The word at the end of a port: its uplink, or why it has none. */
static char *port_tail(const struct pen *pen, const json_t *portgroup,
		       const json_t *port)
{
	char *why = scene_port(portgroup, port);

	return why ? why :
	       text_format("%s %s", pen->arrow, get_text(port, "uplink"));
}

/* Columns between the mark of a port and the word at its end. */
static size_t port_room(const struct picture *picture, const char *tail)
{
	size_t room = picture->left.width - FRAME - 2;

	return *tail ? room - picture->tail - 2 : room;
}

/* The same in a colour, which takes no columns. */
static void put_colour(FILE *out, const char *text, size_t width,
		       enum colour colour)
{
	fputs(colour_on(colour), out);
	put(out, text, width);
	fputs(colour_off(colour), out);
}

/* A row of a port: a mark, a name, a word, and how it ends. */
static char *port_row(const struct picture *picture, const struct mark *mark,
		      const char *name, const char *word, const char *tail)
{
	size_t room = port_room(picture, tail), size;
	size_t dev = *word ? picture->dev : 0;
	char *text;
	FILE *out;

	/* Beside long names of uplinks there may be no room for the device. */
	if (room < NAME_MIN + 2 + dev)
		dev = 0;
	if (dev)
		room -= dev + 2;
	out = must(open_memstream(&text, &size));
	put_colour(out, mark->text, 1, mark->colour);
	fputc(' ', out);
	put(out, name, room);
	if (dev) {
		fputs("  ", out);
		put_colour(out, word, dev, COLOUR_FAINT);
	}
	if (*tail) {
		fputs("  ", out);
		put_colour(out, tail, picture->tail,
			   mark->colour == COLOUR_GOOD ? COLOUR_NONE :
			   mark->colour);
	}
	fclose(out);
	return must(text);
}

/* A vmk and what is known of it; the first note goes beside it if it fits. */
static void draw_vmk(struct picture *picture, const json_t *port,
		     const char *tail, const char *wire)
{
	struct mark mark = port_mark(picture->pen, port);
	const json_t *notes = json_object_get(port, "notes");
	const char *name = get_text(port, "dev");
	const char *note = json_string_value(json_array_get(notes, 0));
	size_t room = port_room(picture, tail), index;
	char *text;

	text = text_format("%s  %s", name, note ? note : "");
	index = text_width(text) <= room;
	add_left(picture, port_row(picture, &mark, index ? text : name, "", tail),
		 wire);
	free(text);
	for (; index < json_array_size(notes); index++) {
		note = json_string_value(json_array_get(notes, index));
		text = text_format("%*s  %s", (int)text_width(name), "", note);
		add_left(picture, port_row(picture, &no_mark, text, "", ""), NULL);
		free(text);
	}
}

static void draw_port(struct picture *picture, const json_t *portgroup,
		      const json_t *port, const char *wire)
{
	const char *client = get_text(port, "client");
	const char *dev = get_text(port, "dev");
	char *tail = port_tail(picture->pen, portgroup, port);
	struct mark mark = port_mark(picture->pen, port);

	if (get_is(port, "kind", "vmk"))
		draw_vmk(picture, port, tail, wire);
	else
		add_left(picture,
			 port_row(picture, &mark, *client ? client : dev,
				  *client ? dev : "", tail), wire);
	free(tail);
}

static void draw_portgroup(struct picture *picture, const json_t *portgroup)
{
	const json_t *ports = json_object_get(portgroup, "port");
	const char *wire = picture->pen->wire;
	const json_t *port;
	char *note;
	size_t index;

	note = scene_vlan(portgroup);
	add_edge(picture, &picture->left, 0, get_text(portgroup, "name"), note);
	free(note);
	json_array_foreach(ports, index, port)
		draw_port(picture, portgroup, port, index ? NULL : wire);
	if (!json_array_size(ports))
		add_left(picture, port_row(picture, &no_mark, "no ports", "", ""),
			 wire);
	note = scene_policy(portgroup);
	add_edge(picture, &picture->left, 2, note, "");
	free(note);
}

static const char *uplink_wire(const struct pen *pen, const json_t *uplink)
{
	if (!scene_is_up(uplink) || get_is(uplink, "role", "unused"))
		return NULL;
	return get_is(uplink, "role", "active") ? pen->wire : pen->spare;
}

static void draw_uplinks(struct picture *picture, const json_t *uplinks)
{
	size_t dev = 0, role = 0, link = 0, index;
	const struct pen *pen = picture->pen;
	const json_t *uplink;

	json_array_foreach(uplinks, index, uplink) {
		char *name = fit(get_text(uplink, "dev"), DEV_MAX);
		char *text = scene_link(uplink);

		dev = larger(dev, text_width(name));
		link = larger(link, text_width(text));
		role = larger(role, strlen(get_text(uplink, "role")));
		free(text);
		free(name);
	}
	picture->right.width = FRAME + larger(2 + dev + 2 + link + 2 + role,
					      strlen("no uplinks"));
	add_edge(picture, &picture->right, 0, "uplinks", "");
	json_array_foreach(uplinks, index, uplink) {
		bool up = scene_is_up(uplink);
		enum colour colour = up ? COLOUR_GOOD : COLOUR_BAD;
		char *state = scene_link(uplink), *text;
		size_t size;
		FILE *out = must(open_memstream(&text, &size));

		put_colour(out, up ? pen->up : pen->off, 1, colour);
		fputc(' ', out);
		put(out, get_text(uplink, "dev"), dev);
		fputs("  ", out);
		put_colour(out, state, link, up ? COLOUR_NONE : colour);
		fputs("  ", out);
		put(out, get_text(uplink, "role"), role);
		fclose(out);
		add_right(picture, must(text), uplink_wire(pen, uplink));
		free(state);
	}
	if (!json_array_size(uplinks))
		add_right(picture, must(strdup("no uplinks")), NULL);
	add_edge(picture, &picture->right, 2, "", "");
}

/* Finds out how wide the columns of the ports have to be. */
static void measure(struct picture *picture, const json_t *portgroups)
{
	const json_t *portgroup, *port;
	size_t i, j;

	picture->left.width = PICTURE - 2 * WIRE - BAR - picture->right.width;
	json_array_foreach(portgroups, i, portgroup) {
		json_array_foreach(json_object_get(portgroup, "port"), j, port) {
			char *tail = port_tail(picture->pen, portgroup, port);
			char *safe = fit(tail, TAIL_MAX);

			picture->tail = larger(picture->tail, text_width(safe));
			free(safe);
			free(tail);
			if (!*get_text(port, "client"))
				continue;
			safe = fit(get_text(port, "dev"), DEV_MAX);
			picture->dev = larger(picture->dev, text_width(safe));
			free(safe);
		}
	}
}

static void print_row(const struct picture *picture, size_t row, size_t rows)
{
	static const struct row none = { NULL, NULL };
	const struct side *left = &picture->left, *right = &picture->right;
	const struct row *l = row < left->count ? &left->row[row] : &none;
	const struct row *r = row < right->count ? &right->row[row] : &none;
	int edge = !row ? 0 : row == rows - 1 ? 2 : -1;
	const struct pen *pen = picture->pen;

	if (l->text)
		fputs(l->text, stdout);	/* as wide as it has to be */
	else
		put_many(stdout, " ", left->width);
	put_many(stdout, l->wire ? l->wire : " ", WIRE);
	if (edge >= 0) {
		fputs(pen->bar_corner[edge], stdout);
		put_many(stdout, pen->bar[0], BAR - 2);
		fputs(pen->bar_corner[edge + 1], stdout);
	} else {
		fputs(l->wire ? pen->socket[0] : pen->bar[1], stdout);
		put_many(stdout, " ", BAR - 2);
		fputs(r->wire ? pen->socket[1] : pen->bar[1], stdout);
	}
	if (r->text) {
		put_many(stdout, r->wire ? r->wire : " ", WIRE);
		fputs(r->text, stdout);
	}
	putchar('\n');
}

static void print_title(const json_t *sw)
{
	enum colour colour = scene_is_up(sw) ? COLOUR_NONE : COLOUR_BAD;
	char *note, *name;

	note = scene_title(sw);
	name = fit(get_text(sw, "name"), PICTURE / 2);
	printf("%s%s%s%s%*s%s\n", colour_on(COLOUR_HEAD), name,
	       colour_off(COLOUR_HEAD), colour_on(colour),
	       (int)(PICTURE - text_width(name)), note, colour_off(colour));
	free(name);
	free(note);
}

static void free_side(struct side *side)
{
	size_t i;

	for (i = 0; i < side->count; i++)
		free(side->row[i].text);
	free(side->row);
}

static void draw_switch(const json_t *sw)
{
	const json_t *portgroups = json_object_get(sw, "portgroup");
	struct picture picture = {
		.pen = text_is_unicode() ? &unicode : &ascii,
	};
	const json_t *portgroup;
	size_t index, rows;

	draw_uplinks(&picture, json_object_get(sw, "uplink"));
	measure(&picture, portgroups);
	json_array_foreach(portgroups, index, portgroup)
		draw_portgroup(&picture, portgroup);
	print_title(sw);
	rows = larger(picture.left.count, picture.right.count);
	for (index = 0; index < rows; index++)
		print_row(&picture, index, rows);
	free_side(&picture.left);
	free_side(&picture.right);
}

/**
 * draw_host - draw all switches of a host
 * @host: JSON array of the switches, each with its portgroups and uplinks
 */
void draw_host(const json_t *host)
{
	const json_t *sw;
	size_t index;

	json_array_foreach(host, index, sw) {
		if (index)
			putchar('\n');
		draw_switch(sw);
	}
	if (!json_array_size(host))
		puts("There is no vSwitch yet; \"vswctl switch add vSwitch0\" makes one.");
}
