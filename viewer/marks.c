/*
 * marks.c - the sign in the margin of a line.
 */
#include "marks.h"

bool
marks_alert(const struct scene *scene, uint64_t profile, uint64_t object)
{
	const struct alert *alert;

	if (scene->alerts == NULL)
		return (false);
	for (size_t i = 0; i < alerts_count(scene->alerts); i++) {
		alert = alerts_at(scene->alerts, i);
		if (!alert->over && alert->object == object &&
		    alert->profile == profile)
			return (true);
	}
	return (false);
}

char
marks_own(const struct view *view, uint64_t address)
{
	if (view_marked(view, address))
		return ('*');
	return (view_pinned(view, address) ? '^' : '\0');
}
