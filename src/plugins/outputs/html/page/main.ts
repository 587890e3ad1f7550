/** What the report can do where scripts may run. Without any of it everything can still be read. */
import { offerCompare } from './compare.ts'
import { offerDownload } from './download.ts'
import { offerRange } from './range.ts'
import { sortAndFilter } from './sort-and-filter.ts'
import { offerThemes } from './theme.ts'

offerThemes()
sortAndFilter()
offerCompare()
void offerDownload()
void offerRange()
