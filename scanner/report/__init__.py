"""One ScanResult in, documents out. Nothing here opens a socket."""
