// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host drawn as an SVG: the same picture, for slides and documentation.
 *
 * How wide text will be is not known here, so whatever may be long is cut to
 * a number of columns that is sure to fit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "print.h"
#include "scene.h"
#include "text.h"
#include "vswctl.h"

/* Edges of the picture, and of its three parts from left to right. */
#define WIDTH 900
#define MARGIN 24
#define LEFT_END 424
#define BAR_START 500
#define BAR_END 556
#define RIGHT_START 632
#define RIGHT_END (WIDTH - MARGIN)

/* Heights: of a title, a head, a row, a note and an uplink; between boxes. */
#define TITLE 48
#define HEAD 32
#define ROW 26
#define NOTE 24
#define UPLINK 48
#define GAP 14

/* Where the columns of a port begin. */
#define NAME_X (MARGIN + 32)
#define DEV_X (MARGIN + 210)
#define TAIL_X (LEFT_END - 12)

static const char style[] =
	"<style>\n"
	"text { font: 13px 'DejaVu Sans', Verdana, sans-serif; fill: #1f2937 }\n"
	".title { font-size: 18px; font-weight: bold }\n"
	".name { font-weight: bold }\n"
	".note { fill: #6b7280; font-size: 12px }\n"
	".end { text-anchor: end }\n"
	".mid { text-anchor: middle }\n"
	".box { fill: #ffffff; stroke: #cbd5e1 }\n"
	".head { fill: #eff4fb }\n"
	".bar { fill: #1e3a5f }\n"
	".off { fill: #94a3b8 }\n"
	".on-bar { fill: #ffffff; font-weight: bold }\n"
	".tag { fill: #1d4ed8; font-size: 12px; font-weight: bold }\n"
	".wire { fill: none; stroke: #2563eb; stroke-width: 2.5 }\n"
	".spare { stroke-dasharray: 6 5 }\n"
	".good { fill: #16a34a } .bad { fill: #dc2626 } .held { fill: #d97706 }\n"
	"</style>\n";

static const char *class_of(enum colour colour)
{
	return colour == COLOUR_GOOD ? "good" :
	       colour == COLOUR_HELD ? "held" : "bad";
}

/* Text at a place, cut to some columns. */
static void put_text(FILE *out, int x, int y, const char *class,
		     const char *text, size_t columns)
{
	char *safe = text_escape(text), *cut = text_fit(safe, columns);
	const char *at;

	fprintf(out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
	for (at = cut; *at; at++) {
		switch (*at) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		default:
			fputc(*at, out);
		}
	}
	fputs("</text>\n", out);
	free(cut);
	free(safe);
}

static void put_box(FILE *out, int x, int y, int width, int height,
		    const char *class)
{
	fprintf(out,
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" class=\"%s\"/>\n",
		x, y, width, height, class);
}

static void put_wire(FILE *out, int from, int to, int y, const char *class)
{
	fprintf(out, "<path d=\"M%d %dH%d\" class=\"wire %s\"/>\n", from, y, to,
		class);
}

static void put_dot(FILE *out, int x, int y, enum colour colour)
{
	fprintf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"5\" class=\"%s\"/>\n", x, y,
		class_of(colour));
}

/* How many rows a port takes: one, and one for each note but the first. */
static int port_rows(const json_t *port)
{
	size_t notes = json_array_size(json_object_get(port, "notes"));

	return notes > 1 ? notes : 1;
}

static void put_port(FILE *out, int y, const json_t *portgroup,
		     const json_t *port)
{
	const json_t *notes = json_object_get(port, "notes"), *note;
	const char *client = get_text(port, "client");
	const char *dev = get_text(port, "dev");
	enum colour colour = scene_port_colour(port);
	char *why = scene_port(portgroup, port);
	char *tail = why ? why :
			   text_format("→ %s", get_text(port, "uplink"));
	size_t index;

	put_dot(out, MARGIN + 18, y + ROW / 2, colour);
	put_text(out, NAME_X, y + 18, "", *client ? client : dev,
		 json_array_size(notes) ? 9 : 20);
	if (*client)
		put_text(out, DEV_X, y + 18, "note", dev, 13);
	put_text(out, TAIL_X, y + 18, why && *why ?
		 colour == COLOUR_HELD ? "end held" : "end bad" : "end", tail, 13);
	json_array_foreach(notes, index, note)
		put_text(out, NAME_X + 80, y + 18 + (int)index * ROW, "note",
			 json_string_value(note), index ? 36 : 24);
	free(tail);
}

static int portgroup_height(const json_t *portgroup)
{
	const json_t *ports = json_object_get(portgroup, "port"), *port;
	char *policy = scene_policy(portgroup);
	int height = HEAD + 6 + (*policy ? NOTE : 0);
	size_t index;

	json_array_foreach(ports, index, port)
		height += port_rows(port) * ROW;
	free(policy);
	return height + (json_array_size(ports) ? 0 : ROW);
}

static void put_portgroup(FILE *out, int y, const json_t *portgroup)
{
	const json_t *ports = json_object_get(portgroup, "port"), *port;
	int height = portgroup_height(portgroup), bottom = y + height;
	int width = LEFT_END - MARGIN;
	char *text = scene_vlan(portgroup);
	size_t index;

	put_box(out, MARGIN, y, width, height, "box");
	put_box(out, MARGIN + 1, y + 1, width - 2, HEAD - 2, "head");
	put_text(out, MARGIN + 14, y + 21, "name", get_text(portgroup, "name"),
		 26);
	put_text(out, TAIL_X, y + 21, "tag end", text, 17);
	put_wire(out, LEFT_END, BAR_START, y + HEAD / 2, "");
	free(text);
	y += HEAD + 3;
	json_array_foreach(ports, index, port) {
		put_port(out, y, portgroup, port);
		y += port_rows(port) * ROW;
	}
	if (!json_array_size(ports))
		put_text(out, NAME_X, y + 18, "note", "no ports", 20);
	text = scene_policy(portgroup);
	if (*text)
		put_text(out, MARGIN + 14, bottom - 10, "note", text, 52);
	free(text);
}

static void put_uplink(FILE *out, int y, const json_t *uplink)
{
	enum colour colour = scene_is_up(uplink) ? COLOUR_GOOD : COLOUR_BAD;
	const char *role = get_text(uplink, "role");
	char *link = scene_link(uplink);

	put_box(out, RIGHT_START, y, RIGHT_END - RIGHT_START, UPLINK, "box");
	put_dot(out, RIGHT_START + 18, y + UPLINK / 2, colour);
	put_text(out, RIGHT_START + 34, y + 20, "name", get_text(uplink, "dev"),
		 22);
	put_text(out, RIGHT_START + 34, y + 38,
		 colour == COLOUR_GOOD ? "note" : "note bad", link, 16);
	put_text(out, RIGHT_END - 14, y + 38,
		 strcmp(role, "active") ? "note end" : "tag end", role, 10);
	if (colour == COLOUR_GOOD && strcmp(role, "unused"))
		put_wire(out, BAR_END, RIGHT_START, y + UPLINK / 2,
			 strcmp(role, "active") ? "spare" : "");
	free(link);
}

/* The larger of the heights of the two sides. */
static int switch_height(const json_t *sw)
{
	const json_t *portgroups = json_object_get(sw, "portgroup"), *portgroup;
	int right = json_array_size(json_object_get(sw, "uplink")) *
		    (UPLINK + GAP) - GAP;
	int left = -GAP;
	size_t index;

	json_array_foreach(portgroups, index, portgroup)
		left += portgroup_height(portgroup) + GAP;
	if (left < UPLINK)
		left = UPLINK;
	return left > right ? left : right;
}

static void put_switch(FILE *out, int y, const json_t *sw)
{
	const json_t *portgroups = json_object_get(sw, "portgroup");
	const json_t *uplinks = json_object_get(sw, "uplink"), *object;
	int height = switch_height(sw), at;
	char *title = scene_title(sw);
	size_t index;

	put_text(out, MARGIN, y + 30, "title", get_text(sw, "name"), 30);
	put_text(out, RIGHT_END, y + 30, scene_is_up(sw) ? "note end" :
		 "note end bad", title, 40);
	free(title);
	y += TITLE;
	at = y;
	json_array_foreach(portgroups, index, object) {
		put_portgroup(out, at, object);
		at += portgroup_height(object) + GAP;
	}
	put_box(out, BAR_START, y, BAR_END - BAR_START, height,
		scene_is_up(sw) ? "bar" : "off");
	at = y;
	json_array_foreach(uplinks, index, object) {
		put_uplink(out, at, object);
		at += UPLINK + GAP;
	}
	if (!json_array_size(uplinks))
		put_text(out, RIGHT_START, y + 28, "note", "no uplinks", 20);
}

/**
 * svg_host - draw all switches of a host as an SVG
 * @out: where to
 * @host: JSON array of the switches, each with its portgroups and uplinks
 */
void svg_host(FILE *out, const json_t *host)
{
	int height = MARGIN / 2, y = MARGIN / 2;
	const json_t *sw;
	size_t index;

	json_array_foreach(host, index, sw)
		height += TITLE + switch_height(sw) + MARGIN;
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		WIDTH, height, WIDTH, height);
	fputs(style, out);
	fprintf(out, "<rect width=\"%d\" height=\"%d\" fill=\"#f8fafc\"/>\n", WIDTH,
		height);
	json_array_foreach(host, index, sw) {
		put_switch(out, y, sw);
		y += TITLE + switch_height(sw) + MARGIN;
	}
	fputs("</svg>\n", out);
}
