// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said in a drawing of the host, whatever it is drawn with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "print.h"
#include "scene.h"
#include "text.h"
#include "vswctl.h"

/**
 * scene_is_up - whether a switch, an uplink or a port works
 * @object: the object
 *
 * Return: true if it does.
 */
bool scene_is_up(const json_t *object)
{
	return get_is(object, "state", "up");
}

/**
 * scene_title - what there is to say of a switch beside its name
 * @sw: the switch
 *
 * Return: text to be freed.
 */
char *scene_title(const json_t *sw)
{
	return text_format("MTU %" JSON_INTEGER_FORMAT ", %s%s",
			   get_number(sw, "mtu"),
			   get_text(json_object_get(sw, "policy"), "teaming"),
			   scene_is_up(sw) ? "" : ", down");
}

/**
 * scene_vlan - the VLANs of a portgroup
 * @portgroup: the portgroup
 *
 * Return: text to be freed.
 */
char *scene_vlan(const json_t *portgroup)
{
	char *vlan = cell_vlan(portgroup, "vlan");
	char *note;

	if (!strcmp(vlan, "none"))
		note = must(strdup("no VLAN"));
	else if (!strcmp(vlan, "all"))
		note = must(strdup("all VLANs"));
	else if (!strncmp(vlan, "trunk ", 6))
		note = text_format("VLANs %s", vlan + 6);
	else
		note = text_format("VLAN %s", vlan);
	free(vlan);
	return note;
}

static void put_devices(FILE *out, const json_t *policy, const char *key)
{
	char *devices = cell_devices(policy, key);

	fputs(strcmp(devices, NOTHING) ? devices : "none", out);
	free(devices);
}

/**
 * scene_policy - what a portgroup sets otherwise than its switch
 * @portgroup: the portgroup
 *
 * Return: text to be freed, such as "explicit a, standby b", or empty.
 */
char *scene_policy(const json_t *portgroup)
{
	const json_t *policy = json_object_get(portgroup, "policy");
	const char *teaming = get_text(policy, "teaming");
	bool active = json_object_get(policy, "active");
	size_t size;
	char *text;
	FILE *out;

	out = must(open_memstream(&text, &size));
	fputs(teaming, out);
	if (active) {
		fputs(*teaming ? " " : "active ", out);
		put_devices(out, policy, "active");
	}
	if (json_object_get(policy, "standby")) {
		fprintf(out, "%sstandby ", *teaming || active ? ", " : "");
		put_devices(out, policy, "standby");
	}
	fclose(out);
	return must(text);
}

/* Whether a portgroup has an uplink, be it usable or not. */
static bool has_team(const json_t *portgroup)
{
	const json_t *team = json_object_get(portgroup, "effective");
	const json_t *active = json_object_get(team, "active");
	const json_t *standby = json_object_get(team, "standby");

	return json_array_size(json_object_get(active, "dev")) ||
	       json_array_size(json_object_get(standby, "dev"));
}

/**
 * scene_port - why a port has no uplink
 * @portgroup: its portgroup
 * @port: the port
 *
 * Return: text to be freed; NULL if it uses the uplink that it names.
 */
char *scene_port(const json_t *portgroup, const json_t *port)
{
	if (get_is(port, "blocked", "on"))
		return must(strdup("blocked"));
	if (json_object_get(port, "address-conflict"))
		return must(strdup("conflict"));
	if (get_is(port, "state", "no-carrier"))
		return must(strdup("no carrier"));
	if (!scene_is_up(port))
		return must(strdup(get_text(port, "state")));
	if (*get_text(port, "uplink"))
		return NULL;
	return must(strdup(has_team(portgroup) ? "no uplink" : ""));
}

/**
 * scene_port_colour - the colour of the state of a port
 * @port: the port
 *
 * Return: the colour.
 */
enum colour scene_port_colour(const json_t *port)
{
	if (get_is(port, "blocked", "on"))
		return COLOUR_HELD;
	return scene_is_up(port) && !json_object_get(port, "address-conflict") ?
	       COLOUR_GOOD : COLOUR_BAD;
}

/**
 * scene_link - what is known of the link of an uplink
 * @uplink: the uplink
 *
 * Return: text to be freed.
 */
char *scene_link(const json_t *uplink)
{
	char *speed;

	if (get_is(uplink, "state", "no-carrier"))
		return must(strdup("no carrier"));
	if (!scene_is_up(uplink))
		return must(strdup(get_text(uplink, "state")));
	speed = link_speed_text(get_number(uplink, "speed"));
	if (*speed)
		return speed;
	free(speed);
	return must(strdup("up"));
}
