/*
 * message.c - the small printf of messages.
 *
 * For signal handlers too: no allocation, no locale, no lock, and a bounded
 * amount of work.  Integers, characters, texts and pointers, with all flags,
 * widths and precisions.  What it does not write, floating point above all, is
 * copied as it stands, and its argument skipped.  After a conversion that it has
 * never heard of the rest is copied: nobody knows what arguments follow.
 */
#include "region.h"

#include <stddef.h>
#include <string.h>
#include <wchar.h>

#define NUMBER_MAX 4096 /* of width and precision: more than there is room */
#define DIGITS 24	/* of 2^64 in octal, and a zero before */

struct out {
	char *to;
	size_t size, used;
	bool cut;
};

enum length { CHAR, SHORT, INT, LONG, LONG_LONG, INTMAX, SIZE, PTRDIFF, WIDE };

struct spec {
	bool left, zero, plus, space, alternate;
	int width, precision; /* precision -1 none */
	enum length length;
	char conversion;
};

static void
put(struct out *out, const char *from, size_t length)
{
	size_t room = out->size - out->used;

	if (length > room) {
		length = room;
		out->cut = true;
	}
	memcpy(out->to + out->used, from, length);
	out->used += length;
}

static void
fill(struct out *out, char c, size_t length)
{
	size_t room = out->size - out->used;

	if (length > room) {
		length = room;
		out->cut = true;
	}
	memset(out->to + out->used, c, length);
	out->used += length;
}

/* A text in its width. */
static void
put_text(
    struct out *out, const struct spec *spec, const char *from, size_t length)
{
	size_t width = (size_t)spec->width;
	size_t blanks = width > length ? width - length : 0;

	if (!spec->left)
		fill(out, ' ', blanks);
	put(out, from, length);
	if (spec->left)
		fill(out, ' ', blanks);
}

/* At most as many bytes as could matter are looked at. */
static void
put_string(struct out *out, const struct spec *spec, const char *text)
{
	size_t most = out->size + 1;

	if (most < (size_t)spec->width)
		most = (size_t)spec->width;
	if (spec->precision >= 0 && most > (size_t)spec->precision)
		most = (size_t)spec->precision;
	if (text == NULL) /* all or nothing, as the C library does it */
		text =
		    spec->precision >= 0 && spec->precision < 6 ? "" : "(null)";
	put_text(out, spec, text, strnlen(text, most));
}

/* Sign or base, zeros and digits in their width. */
static void
put_number(struct out *out, const struct spec *spec, uint64_t value,
    unsigned base, const char *prefix)
{
	const char *names =
	    spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	char digits[DIGITS];
	size_t first = sizeof(digits), before = strlen(prefix), zeros = 0, all;

	for (; value != 0; value /= base)
		digits[--first] = names[value % base];
	if (first == sizeof(digits) && spec->precision != 0)
		digits[--first] = '0';
	if (spec->precision > (int)(sizeof(digits) - first))
		zeros = (size_t)spec->precision - (sizeof(digits) - first);
	if (spec->conversion == 'o' && spec->alternate && zeros == 0 &&
	    (first == sizeof(digits) || digits[first] != '0'))
		digits[--first] = '0';
	all = before + zeros + sizeof(digits) - first;
	if (spec->zero && !spec->left && spec->precision < 0 &&
	    (size_t)spec->width > all) {
		zeros += (size_t)spec->width - all;
		all = (size_t)spec->width;
	}
	if (!spec->left && (size_t)spec->width > all)
		fill(out, ' ', (size_t)spec->width - all);
	put(out, prefix, before);
	fill(out, '0', zeros);
	put(out, digits + first, sizeof(digits) - first);
	if (spec->left && (size_t)spec->width > all)
		fill(out, ' ', (size_t)spec->width - all);
}

static void
put_signed(struct out *out, const struct spec *spec, int64_t value)
{
	const char *sign = spec->plus ? "+" : spec->space ? " " : "";

	put_number(out, spec, value < 0 ? 0 - (uint64_t)value : (uint64_t)value,
	    10, value < 0 ? "-" : sign);
}

static void
put_unsigned(struct out *out, const struct spec *spec, uint64_t value)
{
	const char *prefix = "";

	if (spec->alternate && value != 0 && spec->conversion == 'x')
		prefix = "0x";
	else if (spec->alternate && value != 0 && spec->conversion == 'X')
		prefix = "0X";
	put_number(out, spec, value,
	    spec->conversion == 'u'	  ? 10
		: spec->conversion == 'o' ? 8
					  : 16,
	    prefix);
}

static void
put_pointer(struct out *out, struct spec *spec, const void *pointer)
{
	if (pointer == NULL) {
		put_text(out, spec, "(nil)", 5);
		return;
	}
	spec->conversion = 'x';
	put_number(out, spec, (uint64_t)(uintptr_t)pointer, 16, "0x");
}

/* The text of an errno's number, which needs no locale. */
static void
put_error(struct out *out, struct spec *spec, int error)
{
	char text[40] = "";
	struct out number = { text, sizeof(text) - 1, 0, false };
	const struct spec plain = { .precision = -1, .conversion = 'd' };
#if defined(__GLIBC__)
	const char *name = strerrordesc_np(error);
#else
	const char *name = strerror(error);
#endif

	if (name == NULL) {
		put(&number, "Unknown error ", 14);
		put_signed(&number, &plain, error);
		name = text;
	}
	put_string(out, spec, name);
}

/* ---- arguments --------------------------------------------------------------- */

struct arguments {
	va_list list;
	int error;
};

static int64_t
take_signed(struct arguments *from, enum length length)
{
	switch (length) {
	case CHAR:
		return ((signed char)va_arg(from->list, int));
	case SHORT:
		return ((short)va_arg(from->list, int));
	case LONG:
		return (va_arg(from->list, long));
	case LONG_LONG:
	case WIDE:
		return (va_arg(from->list, long long));
	case INTMAX:
		return (va_arg(from->list, intmax_t));
	case SIZE:
		return (va_arg(from->list, ssize_t));
	case PTRDIFF:
		return (va_arg(from->list, ptrdiff_t));
	default:
		return (va_arg(from->list, int));
	}
}

static uint64_t
take_unsigned(struct arguments *from, enum length length)
{
	uint64_t value = (uint64_t)take_signed(from, length);

	switch (length) {
	case CHAR:
		return ((unsigned char)value);
	case SHORT:
		return ((unsigned short)value);
	case LONG:
		return ((unsigned long)value);
	case SIZE:
	case PTRDIFF:
		return ((size_t)value);
	case LONG_LONG:
	case WIDE:
	case INTMAX:
		return (value);
	default:
		return ((unsigned)value);
	}
}

/* What is not written still has an argument; false: nobody knows which. */
static bool
skip(struct arguments *from, const struct spec *spec)
{
	switch (spec->conversion) {
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
	case 'a':
	case 'A':
		if (spec->length == WIDE)
			(void)va_arg(from->list, long double);
		else
			(void)va_arg(from->list, double);
		return (true);
	case 'c':
	case 'C':
		(void)va_arg(from->list, wint_t);
		return (true);
	case 's':
	case 'S':
	case 'n':
		(void)va_arg(from->list, void *);
		return (true);
	default:
		return (false);
	}
}

/* ---- specifications ------------------------------------------------------------ */

static bool
take_flag(const char **format, struct spec *spec)
{
	switch (**format) {
	case '-':
		spec->left = true;
		break;
	case '0':
		spec->zero = true;
		break;
	case '+':
		spec->plus = true;
		break;
	case ' ':
		spec->space = true;
		break;
	case '#':
		spec->alternate = true;
		break;
	default:
		return (false);
	}
	(*format)++;
	return (true);
}

/* Digits, or an asterisk for the next argument. */
static int
take_number(const char **format, struct arguments *from)
{
	int number = 0;

	if (**format == '*') {
		(*format)++;
		number = va_arg(from->list, int);
		if (number < -NUMBER_MAX)
			return (-NUMBER_MAX);
	} else
		for (; **format >= '0' && **format <= '9'; (*format)++)
			if (number < NUMBER_MAX)
				number = number * 10 + (**format - '0');
	return (number > NUMBER_MAX ? NUMBER_MAX : number);
}

static enum length
take_length(const char **format)
{
	static const struct {
		char text[3];
		enum length length;
	} lengths[] = {
		{ "hh", CHAR },
		{ "h", SHORT },
		{ "ll", LONG_LONG },
		{ "l", LONG },
		{ "j", INTMAX },
		{ "z", SIZE },
		{ "t", PTRDIFF },
		{ "L", WIDE },
	};
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		if (strncmp(*format, lengths[i].text,
			strlen(lengths[i].text)) == 0) {
			*format += strlen(lengths[i].text);
			return (lengths[i].length);
		}
	return (INT);
}

/* What stands behind a percent sign. */
static struct spec
take_spec(const char **format, struct arguments *from)
{
	struct spec spec = { .precision = -1 };

	while (take_flag(format, &spec))
		continue;
	spec.width = take_number(format, from);
	if (spec.width < 0) {
		spec.left = true;
		spec.width = -spec.width;
	}
	if (**format == '.') {
		(*format)++;
		spec.precision = take_number(format, from);
		if (spec.precision < 0)
			spec.precision = -1;
	}
	spec.length = take_length(format);
	spec.conversion = **format;
	if (spec.conversion != '\0')
		(*format)++;
	return (spec);
}

/* One conversion; false: not one of ours. */
static bool
convert(struct out *out, struct spec *spec, struct arguments *from)
{
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		put_signed(out, spec, take_signed(from, spec->length));
		return (true);
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_unsigned(out, spec, take_unsigned(from, spec->length));
		return (true);
	case 'c':
		if (spec->length == LONG)
			return (false);
		c = (char)va_arg(from->list, int);
		put_text(out, spec, &c, 1);
		return (true);
	case 's':
		if (spec->length == LONG)
			return (false);
		put_string(out, spec, va_arg(from->list, const char *));
		return (true);
	case 'p':
		put_pointer(out, spec, va_arg(from->list, void *));
		return (true);
	case 'm':
		put_error(out, spec, from->error);
		return (true);
	case '%':
		put(out, "%", 1);
		return (true);
	default:
		return (false);
	}
}

size_t
dbgshm__message(
    char *to, size_t size, int error, const char *format, va_list arguments)
{
	struct out out = { to, size, 0, false };
	struct arguments from = { .error = error };
	const char *start;
	struct spec spec;

	va_copy(from.list, arguments);
	while (*format != '\0' && !out.cut) {
		start = format;
		while (*format != '\0' && *format != '%' &&
		    (size_t)(format - start) <= size)
			format++;
		if (format != start) {
			put(&out, start, (size_t)(format - start));
			continue;
		}
		format++;
		spec = take_spec(&format, &from);
		if (convert(&out, &spec, &from))
			continue;
		put(&out, start, (size_t)(format - start));
		if (!skip(&from, &spec)) {
			put(&out, format, strnlen(format, size + 1));
			break;
		}
	}
	va_end(from.list);
	return (out.used + (out.cut ? 1 : 0));
}
