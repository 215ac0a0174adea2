#include "cmd/options/commands.h"

#include "core/log.h"

const struct command command_table[] = {
    {"run",
     CMD_RUN,
     "PRODUCT...",
     "make the subscenes of products (the main command)",
     {{"subscene run PRODUCT.SAFE -o OUT", "Make all subscenes of a product"},
      {"subscene run @products.txt -o OUT", "Make the subscenes of all products in a list"},
      {"subscene run PRODUCT.SAFE -o RGBN -b B02,B03,B04,B08 --size 256 --overlap 1/16",
       "Four bands, smaller subscenes that overlap"},
      {"subscene run PRODUCT.SAFE -o FIELD --aoi field.geojson", "Only the subscenes in an area"}},
     "Reads Sentinel-2 products of Level-1C or Level-2A. Brings all bands onto one grid, cuts the "
     "grid into subscenes, and writes one NetCDF4 file for each, with a manifest.csv beside them.\n"
     "PRODUCT is a .SAFE folder, a folder with one .SAFE folder in it, the metadata file "
     "(MTD_MSIL1C.xml or MTD_MSIL2A.xml), or a .zip with one product. @LIST is a text file with "
     "one product a line; @- reads the list from stdin.\n"
     "To resume after an interruption, repeat the command. Existing subscenes are skipped if they "
     "are whole and made with the same parameters. The folder of each product is printed on "
     "stdout.",
     cmd_run},
    {"info",
     CMD_INFO,
     "PRODUCT",
     "print the contents of a product, and the plan for it",
     {{"subscene info PRODUCT.SAFE", "Bands, lattice of subscenes, memory needed"},
      {"subscene info PRODUCT.SAFE --size 256 --json", "The plan for other parameters, as JSON"}},
     "Prints the product's metadata, its bands, the lattice of subscenes, and the memory and disk "
     "space that run needs with the same options. It writes no files.",
     cmd_info},
    {"decode",
     CMD_DECODE,
     "PRODUCT",
     "stage 1: decode JP2 images to DIR/<BAND>.nc on their native grids",
     {{"subscene decode PRODUCT.SAFE -o bands", "Decode all bands of a product"}},
     "Decodes each band into one NetCDF4 file with 16-bit digital numbers on the band's own grid. "
     "The file has georeferencing, and the product's identity, offsets and special values as "
     "attributes.\n"
     "Existing whole files are kept. The path of each file is printed on stdout.",
     cmd_decode},
    {"resample",
     CMD_RESAMPLE,
     "FILE.nc...",
     "stage 2: resample band files to DIR/<BAND>.nc on the target grid",
     {{"subscene resample bands/*.nc -o bands10", "Bring decoded bands onto the 10 m grid"}},
     "Reads files made by decode and writes files of the same kind on the target grid, with the "
     "offset removed. All files must come from one product.\n"
     "Existing files are kept if they are whole and made with the same parameters.",
     cmd_resample},
    {"cut",
     CMD_CUT,
     "FILE.nc...",
     "stage 3: cut band files into DIR/tile_<x>_<y>.nc",
     {{"subscene cut bands10/*.nc -o tiles --size 256", "Cut resampled bands into 256 x 256 px"}},
     "Reads files made by resample and writes one file for each subscene, with all given bands as "
     "16-bit digital numbers. All files must come from one product and have the same parameters.\n"
     "The same files serve for other sizes, overlaps and tiles, without decoding again.",
     cmd_cut},
    {"write",
     CMD_WRITE,
     "FILE.nc...",
     "stage 4: write tile files as subscenes of the dataset",
     {{"subscene write tiles/*.nc -o STAGED", "Write the subscenes and their manifest"}},
     "Reads files made by cut and writes subscenes with their manifest. They are identical, byte "
     "for byte, to the files that run makes with the same parameters.",
     cmd_write},
    {"label",
     CMD_LABEL,
     "OUT...",
     "add class layers to subscenes: labels, and masks of other tools",
     {{"subscene label OUT --cvat annotations.xml", "Add the layer Label from CVAT's polygons"},
      {"subscene label OUT --product PRODUCT.SAFE", "Add the masks in the product"},
      {"subscene label NEW --from OLD", "Carry layers over from subscenes of another size"}},
     "Adds class layers to the subscenes below each folder OUT, or to one subscene's file. Label "
     "comes from CVAT, Segments.ai or Supervisely. Other layers come from class rasters: "
     "files that --raster names, or files that other tools wrote into --product. --from takes the "
     "layers of other subscenes of the same acquisition.\n"
     "The name of an image contains the name of its subscene, tile_<x>_<y>. If the folders have "
     "several products, the product's name or T<tile>_<time> comes before it. The image is as "
     "large as the subscene. A shape covers the pixels whose centres are inside. Pixels without "
     "data in a band become 0 (MISSING).\n"
     "Every source is checked before a file changes. Each file is replaced in one step; its "
     "other contents do not change. A layer that differs from its source stays, and the exit code "
     "is 1; --overwrite replaces it. The path of each file that changed is printed on stdout.",
     cmd_label},
    {"export",
     CMD_EXPORT,
     "OUT...",
     "make images, label sets and suggestions for labelling tools",
     {{"subscene export OUT --for cvat -o cvat --suggest FMC",
       "Images, the label set and suggestions for CVAT"},
      {"subscene export OUT --for segments -o segments --tiles 1_1,2_1",
       "Chosen subscenes for Segments.ai"},
      {"subscene label OUT --cvat cvat/annotations.xml --overwrite",
       "Take back what people corrected, or as here the suggestions themselves"}},
     "Makes what a labelling tool takes from the subscenes below each folder OUT: an image of each "
     "subscene, the label set with colours in the tool's own JSON, and with --suggest the classes "
     "of a layer as annotations that people correct. label takes back what the tool returns, and "
     "what export writes: the same code for every pixel.\n"
     "CVAT: images.zip; labels.json, to paste into the Raw view of the label constructor; "
     "annotations.xml (CVAT for images 1.1, masks). Segments.ai: images; categories.json for the "
     "label editor; release.json with a mask for each image. Supervisely: a project with "
     "meta.json, "
     "img and ann.\n"
     "The name of an image is that of the product and tile_<x>_<y>. The classes are the categories "
     "of --map. A class of the layer becomes the category of the same name; other names are an "
     "error. An image has one object for each of its classes.\n"
     "Files with the same contents are kept. A file with other contents stays, and the exit code "
     "is 1; --overwrite replaces it. The path of each file that was made is printed on stdout.",
     cmd_export},
    {"verify",
     CMD_VERIFY,
     "OUT...",
     "check that subscenes are whole and agree with their manifests, or repair them",
     {{"subscene verify OUT", "One line for each fault"},
      {"subscene verify OUT --json >report.json", "Faults and counts as JSON"},
      {"subscene verify --repair OUT", "Mend what needs no product"},
      {"subscene verify --repair OUT --product PRODUCT.SAFE",
       "Make damaged and missing subscenes again too"}},
     "Finds the manifests below each folder and checks every file that they name. The file must "
     "open and have the variables and attributes of the dataset. Every sample is read. Samples, "
     "hash, statistics and class shares must match the manifest.\n"
     "Also finds subscenes that exist twice, files that no manifest names, and temporary files of "
     "killed runs. A dataset.csv must agree with the manifests. One line for each fault is printed "
     "on stdout; the exit code is then 1. At the end, one line for each kind of fault gives the "
     "number and the command that mends it. Counts by month and class follow.\n"
     "--repair locks the folders and mends the faults. Good files do not change. A damaged file is "
     "set aside as .NAME.kept; its class layers are copied into the new file when that is made. A "
     "good file whose row is missing or out of date gets a new row. A dataset.csv that is out of "
     "date is written again. With --product, damaged and missing subscenes of that product are "
     "made again; without it, the run that made them does that too. The exit code is 0 if verify "
     "would find no more fault, else 1.",
     cmd_verify},
    {"dataset",
     CMD_DATASET,
     "OUT",
     "write OUT/dataset.csv: one table of all subscenes",
     {{"subscene dataset OUT", "Write OUT/dataset.csv"}},
     "Reads all manifests below the folder and writes dataset.csv into it, one row for each "
     "subscene, sorted by file. Columns are product, month, tile, sensing time, column and row, "
     "valid fraction, class shares, content hash and parameters.\n"
     "It changes no other file. The path is printed on stdout.",
     cmd_dataset},
    {"select",
     CMD_SELECT,
     "OUT...|PRODUCT...",
     "list the most useful subscenes of each product, for --tiles @FILE",
     {{"subscene select OUT --top 10 >list", "List the ten hardest subscenes of each product"},
      {"subscene select PRODUCT.SAFE --spacing 3 >far", "Before it is converted, 3 cells apart"},
      {"subscene run @products.txt -o CHOSEN --tiles @list", "Make only these subscenes"}},
     "Ranks the subscenes of each product below the folders by the values in their manifests. "
     "Prints the first ones as a list for --tiles @FILE, with product and scores as comments. With "
     "several products each line begins with the product's name.\n"
     "A product that is not converted is ranked by its bands at a low resolution, 80 m a pixel. "
     "That takes a few percent of the time of run. --bands says which of them "
     "count, --size, --overlap, --edge and --resolution how it would be cut. These options have no "
     "effect on folders.\n"
     "It changes no files.",
     cmd_select},
    {"look",
     CMD_LOOK,
     "OUT...|PRODUCT...",
     "make a page of pictures to choose subscenes from",
     {{"subscene look PRODUCT.SAFE -o PICTURES",
       "Make two pictures of a product, with the lattice"},
      {"subscene look OUT", "Make OUT/look/index.html, and print its path"},
      {"subscene look OUT -o PAGE --by valid", "Make it elsewhere, with another score"}},
     "Of a product that is not converted it makes pictures: PRODUCT_natural.png and, of clouds, "
     "PRODUCT_cloud.png, or that of --composite. They have 80 m a pixel and show the numbered "
     "lattice. It takes a few percent of the time of run. --size, --overlap, --edge and "
     "--resolution say how the product would be cut; they have no effect on folders. The paths are "
     "printed on stdout.\n"
     "Of folders it makes a page for a browser, with all products below them. It opens from the "
     "file system "
     "and makes no request to any server. Each product has a mosaic of its subscenes, class layers "
     "over it, and a table to sort and filter. Click subscenes to select them, and download the "
     "list for --tiles @FILE.\n"
     "With several folders the page is in the first one, unless -o names another place. A damaged "
     "subscene is a gap in the mosaic, and the exit code is 1. It changes no other files. The path "
     "of the page is printed on stdout.",
     cmd_look},
    {"config",
     CMD_CONFIG,
     "",
     "print all options with their defaults, as a file for --config",
     {{"subscene config >my.ini", "Write a file to edit"},
      {"subscene run PRODUCT.SAFE -o CONFIGURED --config my.ini", "Use this file"}},
     "Prints a configuration file with every option, its meaning and its default, as comments. "
     "Remove the # from the lines that you change. One file serves all commands: each takes the "
     "options that it has. The command line takes precedence.",
     cmd_config},
};
const size_t command_count = sizeof command_table / sizeof *command_table;

int command_fail(const struct err *e)
{
    log_message(LOG_ERROR, "", "%s", e->msg);
    return err_exit_status(e->code);
}
