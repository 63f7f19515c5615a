/*
 * rec_library.c - libzstd, loaded when it is needed.
 */
#include "rec_library.h"

#include <dlfcn.h>
#include <string.h>

int
rec_library_load(struct rec_library *library)
{
	void *function;

	library->handle = dlopen(ZSTD_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (library->handle == NULL)
		return (-1);
#define ZSTD_FIND(name)                                                        \
	do {                                                                   \
		function = dlsym(library->handle, "ZSTD_" #name);              \
		memcpy(&library->name, &function, sizeof(function));           \
		if (function == NULL)                                          \
			goto too_old;                                          \
	} while (0)
	ZSTD_FUNCTIONS(ZSTD_FIND);
#undef ZSTD_FIND
	return (0);
too_old:
	rec_library_unload(library);
	return (-1);
}

void
rec_library_unload(struct rec_library *library)
{
	if (library->handle != NULL)
		dlclose(library->handle);
	library->handle = NULL;
}
