/*
 * stage.h - a screen with a target made by hand: pictures as text, keys by name.
 */
#ifndef STAGE_H
#define STAGE_H

#include "sample.h"
#include "viewer/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct stage {
	struct sample sample;
	struct view view;
	struct scene scene;
	struct grid grid;
	char *text; /* the last picture */
	char line[4096];
};

static inline void
stage_init(struct stage *stage, int columns, int rows, enum screen_name screen)
{
	memset(stage, 0, sizeof(*stage));
	sample_fill(&stage->sample, SAMPLE_PEERS);
	stage->scene = (struct scene){
		.targets = sample_targets,
		.target_count = ITEMS(sample_targets),
		.model = &stage->sample.model,
		.message = "",
		.remark = "",
		.source = "",
		.host = "db-03",
		.interval_ns = SECOND,
		.now_real_ns = SAMPLE_NOW,
		.ascii = true,
	};
	view_init(&stage->view);
	stage->view.columns = columns;
	stage->view.rows = rows;
	stage->view.screen = screen;
	grid_init(&stage->grid, true);
	screens_arrange(&stage->view, &stage->scene);
}

static inline void
stage_fini(struct stage *stage)
{
	grid_fini(&stage->grid);
	view_fini(&stage->view);
	free(stage->text);
}

static inline const char *
picture(struct stage *stage)
{
	size_t size;
	FILE *out;

	free(stage->text);
	stage->text = NULL;
	grid_resize(&stage->grid, stage->view.columns, stage->view.rows);
	screens_arrange(&stage->view, &stage->scene);
	screens_draw(&stage->view, &stage->scene, &stage->grid);
	out = open_memstream(&stage->text, &size);
	assert_non_null(out);
	grid_print(&stage->grid, out);
	fclose(out);
	return (stage->text);
}

/* A line of the picture, from 0. */
static inline const char *
line(struct stage *stage, int number)
{
	const char *text = picture(stage);

	for (; number > 0; number--) {
		text = strchr(text, '\n');
		assert_non_null(text);
		text++;
	}
	snprintf(stage->line, sizeof(stage->line), "%.*s",
	    (int)strcspn(text, "\n"), text);
	return (stage->line);
}

static inline void
shows(struct stage *stage, const char *wanted)
{
	if (strstr(picture(stage), wanted) != NULL)
		return;
	fputs(stage->text, stderr); /* fail_msg() would cut it */
	fail_msg("\"%s\" is not in it", wanted);
}

static inline void
lacks(struct stage *stage, const char *unwanted)
{
	if (strstr(picture(stage), unwanted) == NULL)
		return;
	fputs(stage->text, stderr);
	fail_msg("\"%s\" is in it", unwanted);
}

static inline uint32_t
code_of(const char *name)
{
	char buffer[32];
	uint32_t code;

	/* ASCII, then the keys above all characters. */
	for (code = 1; code < KEY_CODE_F1 + 20;
	     code = code == 0x7f ? KEY_CODE_SPECIAL : code + 1)
		if (strcmp(keys_name(code, buffer, sizeof(buffer)), name) == 0)
			return (code);
	fail_msg("no key is called %s", name);
	return (0);
}

/* Blank-separated names of keys; what the last one asked for. */
static inline enum screen_result
press(struct stage *stage, const char *names)
{
	enum screen_result result = SCREEN_NOTHING;
	char name[32];
	size_t length;

	for (; *names != '\0'; names += length + (names[length] == ' ')) {
		length = strcspn(names, " ");
		snprintf(name, sizeof(name), "%.*s", (int)length, names);
		result =
		    screens_key(&stage->view, &stage->scene, code_of(name));
		screens_arrange(&stage->view, &stage->scene);
	}
	return (result);
}

#endif
