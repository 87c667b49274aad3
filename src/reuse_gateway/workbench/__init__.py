"""The connector author's workbench (bàn làm việc của người viết kết nối): manifests and their simulated sources together."""
