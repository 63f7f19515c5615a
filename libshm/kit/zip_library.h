/*
 * zip_library.h - the functions of libzip, loaded when they are needed.
 *
 * Linking it would cost every start of a program more than the program itself:
 * it brings a library of cryptography and two of compression along.
 */
#ifndef KIT_ZIP_LIBRARY_H
#define KIT_ZIP_LIBRARY_H

#include <stdint.h>
#include <zip.h>

#define ZIP_FUNCTIONS(of)                                                      \
	of(close);                                                             \
	of(discard);                                                           \
	of(error_fini);                                                        \
	of(error_init);                                                        \
	of(error_init_with_code);                                              \
	of(error_strerror);                                                    \
	of(fclose);                                                            \
	of(fdopen);                                                            \
	of(file_add);                                                          \
	of(file_strerror);                                                     \
	of(fopen_index);                                                       \
	of(fread);                                                             \
	of(get_name);                                                          \
	of(get_num_entries);                                                   \
	of(open_from_source);                                                  \
	of(register_progress_callback_with_state);                             \
	of(set_file_compression);                                              \
	of(source_buffer);                                                     \
	of(source_buffer_create);                                              \
	of(source_close);                                                      \
	of(source_free);                                                       \
	of(source_keep);                                                       \
	of(source_open);                                                       \
	of(source_read);                                                       \
	of(source_stat);                                                       \
	of(source_zip);                                                        \
	of(stat_index);                                                        \
	of(strerror)

struct zip_library {
	void *handle;
#define ZIP_DECLARE(name) __typeof__(zip_##name) *name
	ZIP_FUNCTIONS(ZIP_DECLARE);
#undef ZIP_DECLARE
};

int zip_library_load(
    struct zip_library *library, char *why, size_t why_size);
void zip_library_unload(struct zip_library *library);

#endif
