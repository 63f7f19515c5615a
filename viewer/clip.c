/*
 * clip.c - the sequence that puts text into the clipboard of a terminal.
 *
 * OSC 52 ; c ; text in base64 BEL.  tmux acts on it itself or passes it on in a
 * wrapping, as its settings say, so it is given both.  screen passes on what is
 * wrapped, 768 bytes at a time at most.
 */
#include "clip.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCREEN_PIECE 512 /* with some room for the rest of the wrapping */

enum clip_path
clip_path(const char *term, const char *tmux, const char *sty)
{
	if (tmux != NULL && *tmux != '\0')
		return (CLIP_TMUX);
	if (sty != NULL && *sty != '\0')
		return (CLIP_SCREEN);
	if (term != NULL && strncmp(term, "tmux", 4) == 0)
		return (CLIP_TMUX);
	if (term != NULL && strncmp(term, "screen", 6) == 0)
		return (CLIP_SCREEN);
	return (CLIP_PLAIN);
}

static void
base64(FILE *out, const char *text)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *bytes = (const unsigned char *)text;
	size_t left = strlen(text);
	unsigned long three;

	for (; left > 0; bytes += 3, left = left > 3 ? left - 3 : 0) {
		three = (unsigned long)bytes[0] << 16 |
		    (unsigned long)(left > 1 ? bytes[1] : 0) << 8 |
		    (unsigned long)(left > 2 ? bytes[2] : 0);
		fputc(digits[three >> 18], out);
		fputc(digits[three >> 12 & 63], out);
		fputc(left > 1 ? digits[three >> 6 & 63] : '=', out);
		fputc(left > 2 ? digits[three & 63] : '=', out);
	}
}

char *
clip_sequence(const char *text, enum clip_path path, size_t *length)
{
	char *plain = NULL, *wrapped = NULL;
	size_t size, wrapped_size;
	FILE *out;

	if (strlen(text) > CLIP_MOST)
		return (NULL);
	out = open_memstream(&plain, &size);
	if (out == NULL)
		err(1, "clipboard");
	fputs("\033]52;c;", out);
	base64(out, text);
	fputc('\a', out);
	if (fclose(out) != 0)
		err(1, "clipboard");
	*length = size;
	if (path == CLIP_PLAIN)
		return (plain);

	out = open_memstream(&wrapped, &wrapped_size);
	if (out == NULL)
		err(1, "clipboard");
	if (path == CLIP_TMUX) /* the ESC inside is doubled */
		fprintf(out, "%s\033Ptmux;\033%s\033\\", plain, plain);
	else
		for (size_t at = 0; at < size; at += SCREEN_PIECE)
			fprintf(
			    out, "\033P%.*s\033\\", SCREEN_PIECE, plain + at);
	if (fclose(out) != 0)
		err(1, "clipboard");
	free(plain);
	*length = wrapped_size;
	return (wrapped);
}
