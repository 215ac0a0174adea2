#include "testdata/xml_file.h"

#include <errno.h>
#include <stdbool.h>

#include "testdata/files.h"

int xml_open(struct xml_file *x, const char *root, const char *name, struct err *e)
{
    if (files_path(x->path, e, "%s/%s", root, name) != 0)
        return (int)e->code;
    x->out = fopen(x->path, "wb");
    return x->out ? 0 : err_sys(e, ERR_OUTPUT, errno, "%s: cannot create", x->path);
}

int xml_close(struct xml_file *x, struct err *e)
{
    errno = 0;
    bool bad = fflush(x->out) != 0 || ferror(x->out);
    int sys_errno = errno != 0 ? errno : EIO;
    if (fclose(x->out) != 0 && !bad) {
        bad = true;
        sys_errno = errno;
    }
    return bad ? err_sys(e, ERR_OUTPUT, sys_errno, "%s: cannot write", x->path) : 0;
}
