#include "cmd/cli/commands.h"

const struct command command_table[] = {
    {"run", CMD_RUN, "PRODUCT...", "a product to its subscenes: the main job",
     "Reads Sentinel-2 products of Level-1C and Level-2A, brings all bands onto one grid, cuts it "
     "into subscenes and "
     "writes one "
     "NetCDF4 file each, with a "
     "manifest.csv beside them. A PRODUCT is a .SAFE folder, a folder with one in it, the "
     "MTD_MSIL1C.xml or MTD_MSIL2A.xml in it, a .zip that holds one, or "
     "@LIST: a file with one "
     "product a line (@-: stdin). Subscenes that are there, whole, and made with the same "
     "parameters are skipped: run "
     "the same command again "
     "after an interruption. The folder of each product is printed on stdout.",
     cmd_run},
    {"info", CMD_INFO, "PRODUCT", "what a product holds, and the plan for it",
     "Prints what the product's metadata says, which bands are there, the lattice of subscenes "
     "that the given options "
     "make, and the memory "
     "that it would need.",
     cmd_info},
    {"decode", CMD_DECODE, "PRODUCT", "stage 1: JP2 images to DIR/<BAND>.nc, native grid",
     "Decodes the bands of a product into one NetCDF4 file each: 16-bit digital numbers on the "
     "band's own grid, "
     "georeferenced, with the "
     "product's identity, offsets and special values in attributes. Files that are there and whole "
     "are kept. The path "
     "of each file is printed on "
     "stdout.",
     cmd_decode},
    {"resample", CMD_RESAMPLE, "FILE.nc...", "stage 2: band files to DIR/<BAND>.nc, target grid",
     "Brings files made by decode onto the target grid: the same kind of file, with the offset "
     "removed. Files that are "
     "there, whole, and made with "
     "the same parameters are kept. All files must come from one product.",
     cmd_resample},
    {"cut", CMD_CUT, "FILE.nc...", "stage 3: band files to DIR/tile_<x>_<y>.nc",
     "Cuts files made by resample into one file a subscene with all given bands, 16-bit digital "
     "numbers. All files "
     "must come from one product and be made "
     "with the same parameters. Other sizes, overlaps and tiles are cut from the same files "
     "without decoding again.",
     cmd_cut},
    {"write", CMD_WRITE, "FILE.nc...", "stage 4: tile files to the dataset's layout",
     "Writes files made by cut as subscenes of the dataset, with their manifest: byte for byte "
     "what run makes of the "
     "product with the same parameters.",
     cmd_write},
    {"label", CMD_LABEL, "OUT...", "class layers into subscenes: labels, and masks of other tools",
     "Adds class layers to the subscenes below each folder, or to a subscene's file, for which "
     "there are any: Label "
     "from annotations.xml of CVAT, "
     "from masks of Segments.ai or from annotations of Supervisely; others from class "
     "rasters that are named with --raster, or that other tools left in --product. An image "
     "belongs to the subscene "
     "that its name says: tile_<x>_<y>, with the product or "
     "T<tile>_<time> before it where the folders hold several products. Pixels count whose centre "
     "a shape covers; "
     "pixels without data in a band become 0 MISSING in Label. Every "
     "source is checked before a file changes. Each file is replaced in one step, and all else in "
     "it stays as it was. "
     "Layers that are there are left alone unless --overwrite. The "
     "path of each file that changed is printed on stdout.",
     cmd_label},
    {"verify", CMD_VERIFY, "OUT...",
     "is every subscene whole, conforming, and what the manifest says",
     "Looks below each folder for manifests and checks every file that they name: that it opens, "
     "has the variables and "
     "attributes of the "
     "dataset, that every sample can be read, and that samples, hash, statistics and shares of "
     "classes are those of "
     "the "
     "manifest; that no subscene is there twice; and that dataset.csv, where there is one, says "
     "the same. Also "
     "finds files that no "
     "manifest knows and what killed runs left behind. Counts by month and class come at the end. "
     "One line for each "
     "fault on stdout; exit 1 when there are any.",
     cmd_verify},
    {"dataset", CMD_DATASET, "OUT",
     "OUT/dataset.csv: one table of all subscenes, out of their manifests",
     "Reads all manifests below the folder and writes dataset.csv into it: one row a subscene, "
     "sorted by file, with "
     "product, month, tile, sensing time, column and row, valid fraction, the shares of all class "
     "layers, content hash "
     "and parameters. Nothing else changes. The path is printed on stdout.",
     cmd_dataset},
    {"select", CMD_SELECT, "OUT...",
     "the most telling subscenes of each product, for --tiles @FILE",
     "Ranks the subscenes of every product below the folders by what their manifests say of them, "
     "and prints the first "
     "ones of each: a list for --tiles @FILE, with "
     "the product and the scores as remarks. With several products each line begins with the "
     "product's name and counts "
     "for that product alone. Nothing is "
     "changed.",
     cmd_select},
    {"config", CMD_CONFIG, "", "all options with their defaults, as a file for --config",
     "Prints a configuration file with every option, its meaning and its default. Lines that are "
     "changed count for "
     "every command that has the option; "
     "what is given on the command line wins.",
     cmd_config},
};
const size_t command_count = sizeof command_table / sizeof *command_table;
