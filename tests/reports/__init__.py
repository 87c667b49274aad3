"""The defect report and the what-if: judged by rule on small dossiers, written safely, and measured on the real catalogue."""
