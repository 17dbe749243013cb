#ifndef FOCAL_CLIBCAIRO_H
#define FOCAL_CLIBCAIRO_H

#include <cairo.h>
#include <cairo-pdf.h>

#endif
