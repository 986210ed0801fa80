//! Ingest, sensors, detections, incidents, assets.
