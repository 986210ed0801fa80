//! SQL engines behind one Tx, migrations, job queue, audit chain.
